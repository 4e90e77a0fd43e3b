import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Action } from '../../../activities/actions/define-action.ts';
import { openKubeconfig } from '../../../sandbox/kubernetes-api.ts';
import { actorFor } from './acting.ts';
import { remediateOn } from './cases.ts';
import { type Trial, untouched } from './promises.ts';
import { corePath, namespace, podAccount, template, until, type World } from './world.ts';

/** One way in which no pod could come back any more, and what is said of it. */
interface Trap {
  that: string;
  says: string;
  /** Whether it is in force everywhere; absent: no pod is admitted. */
  isSet?(world: World): Promise<boolean>;
  /** The pods of a DaemonSet come back all the same. */
  sparesDaemonSets?: true;
  set(world: World, place: string): Promise<unknown>;
  lift(world: World, place: string): Promise<unknown>;
}

/** Where the pods of the arrangements are. */
const places = [namespace, 'annex'];
const strict = 'pod-security.kubernetes.io/enforce';
const path = (place: string, kind: string, name: string) => `/api/v1/namespaces/${place}/${kind}/${name}`;
const label = ({ api }: World, place: string, value: string | null) =>
  api.call('PATCH', `/api/v1/namespaces/${place}`, {
    type: 'application/merge-patch+json',
    content: { metadata: { labels: { [strict]: value } } },
  });
const metadata = (place: string) => ({ name: 'trap', namespace: place });
const webhooks = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';

async function quota({ api }: World, place: string): Promise<void> {
  const hard = { 'limits.cpu': '100' };
  await api.apply([{ apiVersion: 'v1', kind: 'ResourceQuota', metadata: metadata(place), spec: { hard } }]);
  // No controller counts quotas here.
  const content = { status: { hard, used: { 'limits.cpu': '0' } } };
  const to = `${path(place, 'resourcequotas', 'trap')}/status`;
  await api.call('PATCH', to, { type: 'application/merge-patch+json', content });
}

/** A webhook for pods of this namespace whose server is not there. */
function webhook({ api }: World, place: string): Promise<void> {
  const pods = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] };
  const hook = {
    ...{ name: 'gone.test.mendflow.dev', clientConfig: { url: 'https://127.0.0.1:1/' }, rules: [pods] },
    ...{ sideEffects: 'None', admissionReviewVersions: ['v1'], failurePolicy: 'Fail', timeoutSeconds: 2 },
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': place } },
  };
  const about = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration' };
  return api.apply([{ ...about, metadata: { name: `trap-${place}` }, webhooks: [hook] }]);
}

const traps: readonly Trap[] = [
  {
    that: 'the namespace asks for the restricted Pod Security level',
    says: 'violates PodSecurity "restricted:latest"',
    set: (world, place) => label(world, place, 'restricted'),
    lift: (world, place) => label(world, place, null),
  },
  {
    that: 'a webhook has no backend',
    says: 'failed calling webhook "gone.test.mendflow.dev"',
    set: webhook,
    lift: ({ api }, place) => api.call('DELETE', `${webhooks}/trap-${place}`),
  },
  {
    that: 'a quota demands limits',
    says: 'failed quota: trap: must specify limits.cpu',
    set: quota,
    lift: ({ api }, place) => api.call('DELETE', path(place, 'resourcequotas', 'trap')),
  },
  {
    that: 'the service account is gone',
    says: 'serviceaccount "app" not found',
    set: ({ api }, place) => api.call('DELETE', path(place, 'serviceaccounts', podAccount)),
    lift: ({ api }, place) =>
      api.apply([{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: podAccount, namespace: place } }]),
  },
  {
    that: 'a LimitRange wants a limit',
    says: 'maximum cpu usage per Pod is 1',
    set({ api }, place) {
      const limits = [{ type: 'Pod', max: { cpu: '1' } }];
      return api.apply([{ apiVersion: 'v1', kind: 'LimitRange', metadata: metadata(place), spec: { limits } }]);
    },
    lift: ({ api }, place) => api.call('DELETE', path(place, 'limitranges', 'trap')),
  },
  {
    that: 'every node is cordoned',
    says: 'cordoned',
    isSet: async ({ cluster }) => (await cluster.listNodes()).every(({ isCordoned }) => isCordoned),
    sparesDaemonSets: true,
    set: (world) => cordonAll(world, true),
    lift: (world) => cordonAll(world, false),
  },
];

async function cordonAll({ api, cluster }: World, unschedulable: boolean): Promise<void> {
  const content = { type: 'application/merge-patch+json', content: { spec: { unschedulable } } };
  const nodes = await cluster.listNodes();
  await Promise.all(nodes.map(({ name }) => api.call('PATCH', `/api/v1/nodes/${name}`, content)));
}

/** Whether the API server admits a pod such as all arrangements have. */
async function isAdmitted({ api }: World, place: string): Promise<boolean> {
  const { spec } = template('probe');
  const content = { apiVersion: 'v1', kind: 'Pod', metadata: { generateName: 'probe-' }, spec };
  const asked = api.call('POST', `/api/v1/namespaces/${place}/pods?dryRun=All`, { type: 'application/json', content });
  return asked.then(
    () => true,
    () => false,
  );
}

const everywhere = (work: (place: string) => Promise<unknown>) => Promise.all(places.map(work));
const isAll = async (world: World, admitted: boolean) =>
  (await Promise.all(places.map((place) => isAdmitted(world, place)))).every((one) => one === admitted);

const takesPods = ({ takesPodAway, replacesPods }: Action) => takesPodAway || replacesPods === true;

/** No action takes a pod that is well, or changes its template, while no fresh pod would be admitted (G23). */
export function takesNothingThatCannotComeBack(world: () => World, trials: () => readonly Trial[]): void {
  const takingAny = () =>
    trials().filter(({ action, arrangement }) => takesPods(action) && arrangement.replacesNoPod !== true);

  describe.each(traps)('while $that', ({ set, lift, says, isSet, sparesDaemonSets }) => {
    const taking = () =>
      takingAny().filter(({ arrangement }) => sparesDaemonSets !== true || !arrangement.on.includes('DaemonSet'));
    beforeAll(async () => {
      // What they act on is put up while pods are still admitted.
      for (const trial of taking()) await untouched(trial);
      await everywhere((place) => set(world(), place));
      await until('it is in force', () => isSet?.(world()) ?? isAll(world(), false));
    }, 120_000);
    afterAll(async () => {
      await everywhere((place) => lift(world(), place));
      await until('pods are admitted again', () => isAll(world(), true));
    }, 60_000);

    it('no action takes a pod or changes a template, and each names the cause', async () => {
      expect(taking().length).toBeGreaterThanOrEqual(8);
      for (const trial of taking()) {
        const { step, shows, actor } = await untouched(trial);
        const before = await shows();
        for (const dryRun of [true, false]) {
          const refused = await remediateOn(actor.cluster, { ...step, dryRun }).catch((error: unknown) => error);
          expect([trial.action.name, refused]).toEqual([
            trial.action.name,
            expect.objectContaining({ code: 'NOT_REPLACEABLE', message: expect.stringContaining(says) }),
          ]);
        }
        expect(actor.asked()).toEqual([]);
        expect(await shows()).toEqual(before);
      }
    }, 120_000);
  });
}

/** The shipped admission policy, tried with one action. */
export function keepsOurPodsToDryRuns(world: () => World, evict: () => Trial): void {
  const pod = () => ({
    type: 'application/json',
    content: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'ours', namespace }, spec: template('ours').spec },
  });

  it('our account may create a pod in a dry run, and not really', async () => {
    const ours = openKubeconfig(world().sandbox.kubernetes.kubeconfig('worker'));
    try {
      await until('the policy is in force', async () => {
        const refused = await ours.call('POST', corePath('pods'), pod()).catch((error: Error) => error.message);
        if (typeof refused === 'string') return refused.includes('Mendflow may create pods in a dry run only');
        await world().api.call('DELETE', corePath('pods', 'ours'));
        return false;
      });
      await expect(ours.call('POST', `${corePath('pods')}?dryRun=All`, pod())).resolves.toMatchObject({ kind: 'Pod' });
    } finally {
      await ours.close();
    }
  });

  it('nobody else is kept from creating pods', async () => {
    await expect(world().api.call('POST', corePath('pods'), pod())).resolves.toMatchObject({ kind: 'Pod' });
    await world().api.call('DELETE', corePath('pods', 'ours'));
  });

  it('without the right to ask, nothing is taken, and the right is named', async () => {
    const { action, world: here } = evict();
    const { step, shows } = await untouched(evict());
    const before = await shows();
    const rights = action.permissions.filter(({ resources }) => !resources.includes('pods'));
    const actor = await actorFor(here, action, rights);
    await expect(remediateOn(actor.cluster, step)).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      message: expect.stringMatching(/cannot ask whether the pod could come back: .*grant Mendflow "create" on pods/),
    });
    expect(await shows()).toEqual(before);
  });
}
