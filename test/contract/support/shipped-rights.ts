import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import evictPod from '../../../activities/actions/evict-pod.ts';
import rolloutRestart from '../../../activities/actions/rollout-restart.ts';
import { connectCluster, openTransport } from '../../../activities/kubernetes/client.ts';
import { missingRights } from '../../../activities/kubernetes/own-rights.ts';
import { actionRights, rightsParts } from '../../../activities/rights-parts.ts';
import { missingInWords, type Need, neededRights, type Rule } from '../../../domain/analysis/rights.ts';
import { watchedFaults } from '../../../domain/faults/index.ts';
import type { Permission } from '../../../domain/policy/action.ts';
import { freePort } from '../../../sandbox/free-port.ts';
import type { KubernetesObject } from '../../../sandbox/kubernetes-api.ts';
import { sourcesOf, watcherNeeds } from '../../../watcher/sources.ts';
import { aPolicy } from '../../activities/support/cluster-deps.ts';
import { intakeToken } from '../../support/api.ts';
import { rightInWords, singleRights } from './acting.ts';
import { aStep, codeOf, remediateOn } from './cases.ts';
import { readyWorkload } from './places.ts';
import { kubeconfigOf, namespace, until, type World } from './world.ts';

const folder = join(import.meta.dirname, '../../../deploy/rbac');
const files = readdirSync(folder).map((file) => file.replace('.yaml', ''));
const group = 'rbac.authorization.k8s.io';
/** Where no policy of the tests works. */
const outside = 'elsewhere';
const everywhere = '';

/** The namespaces that each sentence of the files means here. */
const boundIn: Readonly<Record<string, string>> = {
  'Bind it by a RoleBinding in each namespace that a policy names.': namespace,
  'Bind it by a RoleBinding in the namespace default.': 'default',
  'Bind it by a RoleBinding in the namespace of that ConfigMap; with resourceNames it reads that one only.': 'switches',
  'Bind it by a RoleBinding in each of watcher.namespaces; where none is named, by a ClusterRoleBinding.': namespace,
  'Bind it by a ClusterRoleBinding: a RoleBinding would not reach as far.': everywhere,
};

interface Shipped {
  role: KubernetesObject & { rules: Permission[] };
  /** Empty: in the whole cluster. */
  place: string;
}

/** The roles of a file, and where the sentence above each says that it is bound. */
function shipped(file: string): Shipped[] {
  const documents = readFileSync(join(folder, `${file}.yaml`), 'utf8').split(/^---$/m);
  return documents.flatMap((text) => {
    const role = parse(text) as Shipped['role'] | null;
    if (role === null) return [];
    const sentence = /^# (Bind it .+)$/m.exec(text)?.[1] ?? '';
    const place = boundIn[sentence];
    if (place === undefined)
      throw new Error(`${file}.yaml does not say where to bind ${role.metadata.name}: ${sentence}`);
    return [{ role, place }];
  });
}

function binding(account: string, { role, place }: Shipped): KubernetesObject {
  return {
    apiVersion: `${group}/v1`,
    kind: place === everywhere ? 'ClusterRoleBinding' : 'RoleBinding',
    metadata: { name: `${account}-${role.metadata.name}`, ...(place !== everywhere && { namespace: place }) },
    roleRef: { apiGroup: group, kind: 'ClusterRole', name: role.metadata.name },
    subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
  };
}

/** Makes an account with these roles, bound as the files say, and returns its kubeconfig. */
async function accountWith(world: World, account: string, roles: readonly Shipped[]): Promise<string> {
  const bindings = roles.map((role) => binding(account, role));
  await world.api.apply([
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account, namespace } },
    ...bindings,
  ]);
  return kubeconfigOf(world, account);
}

/** The rights that the product asks for, of somebody who uses this file. */
function needsOf(file: string): Need[] {
  if (file === 'watcher') return watcherNeeds(sourcesOf({ faults: watchedFaults, namespaces: [namespace] }));
  const { base, nodes, pause, policies: source } = rightsParts;
  const action = actionRights.find(({ part }) => part.name === file);
  const policy = aPolicy({
    steps: [{ evictPod: {} }],
    scope: { namespaces: [namespace], ...(file === 'nodes' && aboutNodes) },
  });
  const steps = policy.spec.steps
    .slice(0, action === undefined ? 0 : 1)
    .map((step) => ({ ...step, action: action?.name ?? '' }));
  return neededRights({
    ...{ policies: [{ ...policy, spec: { ...policy.spec, steps } }], mode: 'Auto', base, nodes, actions: actionRights },
    ...(file === 'pause' && { pause: { ...pause, namespace: 'switches', object: 'mendflow' } }),
    ...(file === 'policies' && { source }),
  });
}
const aboutNodes = { nodes: { 'mendflow.dev/remediation': 'enabled' } };

/** What the API server lists as the account's rights in a namespace, without those that everybody has. */
async function rightsIn(kubeconfig: string, place: string): Promise<string[]> {
  const { transport, close } = openTransport({ kubeconfig });
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace: place } };
  const path = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews';
  const review = await transport.json<{ status: { resourceRules: Rule[] } }>({ method: 'POST', path, body });
  await close();
  const all = review.status.resourceRules.map(({ apiGroups = [], resources = [], verbs = [] }) => ({
    ...{ apiGroups: [...apiGroups], resources: [...resources], verbs: [...verbs] },
  }));
  return inWords(all.filter(({ apiGroups }) => !/^authenti|^authori/.test(apiGroups[0] ?? '')));
}
const inWords = (rules: readonly Permission[]) => [...new Set(singleRights(rules).map(rightInWords))].sort();

/** The files of deploy/rbac, bound as they say themselves. */
export function shippedRights(world: () => World): void {
  beforeAll(async () => {
    const places = [outside, 'switches'].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
    await world().api.apply([...places, ...files.flatMap(shipped).map(({ role }) => role)]);
  });

  it.each(files)('grant exactly what is needed where they are bound, and nothing elsewhere: %s.yaml', async (file) => {
    const roles = [...new Set(['base', file])].filter((name) => name === file || file !== 'watcher').flatMap(shipped);
    const kubeconfig = await accountWith(world(), `with-${file}`, roles);
    for (const place of [namespace, 'default', 'switches', outside]) {
      const here = roles.filter((role) => [place, everywhere].includes(role.place));
      const granted = inWords(here.flatMap(({ role }) => role.rules));
      await until(
        `the rights in ${place} are in force`,
        async () => (await rightsIn(kubeconfig, place)).length >= granted.length,
      );
      expect([place, await rightsIn(kubeconfig, place)]).toEqual([place, granted]);
    }
    const { transport, close } = openTransport({ kubeconfig });
    expect(missingInWords(await missingRights(transport, needsOf(file)))).toEqual([]);
    await close();
  });

  it('are enough to act, to pause and to keep events on nodes, and for nothing outside', async () => {
    const roles = ['base', 'nodes', 'pause', 'evict-pod', 'rollout-restart'].flatMap(shipped);
    const kubeconfig = await accountWith(world(), 'acts', roles);
    const data = { paused: '' };
    await world().api.apply([
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'mendflow', namespace: 'switches' }, data },
    ]);
    const target = await readyWorkload(world(), 'Deployment', 'by-shipped-rights');
    const cluster = connectCluster({ kubeconfig });
    await until(
      'the rights are in force',
      async () => (await codeOf(cluster.getConfigMap('switches', 'mendflow'))) === 'none',
    );
    expect(await cluster.getConfigMap('switches', 'mendflow')).toMatchObject(data);
    expect(await remediateOn(cluster, aStep(evictPod, target))).toMatchObject({ changed: true });
    expect(await remediateOn(cluster, aStep(rolloutRestart, target))).toMatchObject({ changed: true });
    const [node] = await cluster.listNodes();
    const regarding = { kind: 'Node', namespace: '', name: node?.name ?? '', uid: node?.uid ?? '' };
    const event = { reason: 'RemediationStarted', type: 'Normal' as const, note: 'n', key: 'k', atMs: Date.now() };
    await cluster.recordEvent({ ...event, regarding });
    expect((await cluster.listEvents(regarding)).map(({ reason }) => reason)).toContain('RemediationStarted');

    const pod = { kind: 'Pod', namespace: outside, name: 'a', uid: 'u' };
    const refused = [
      cluster.getPod(outside, 'a'),
      cluster.getWorkload('Deployment', outside, 'a'),
      cluster.getNamespace(outside),
      cluster.evictPod(pod, { gracePeriodSeconds: 1, dryRun: false }),
      cluster.restartWorkload({ ...pod, kind: 'Deployment' }, { token: 't', atMs: 0, dryRun: false }),
      cluster.recordEvent({ ...event, regarding: pod }),
      cluster.getConfigMap(namespace, 'mendflow'),
      cluster.getConfigMap(outside, 'mendflow'),
    ];
    expect(new Set(await Promise.all(refused.map(codeOf)))).toEqual(new Set(['PERMISSION_DENIED']));
    await cluster.close();
  }, 40_000);

  it('are enough for a watcher, which says at its start what it lacks, and which file grants it', async () => {
    const kubeconfig = await accountWith(world(), 'watches', shipped('watcher'));
    const sufficient = await watcherLog(world(), 'watcher-of-a-namespace', { kubeconfig, namespaces: namespace });
    await until('it has what it needs', async () =>
      sufficient().includes('the cluster grants every right that the watcher needs'),
    );
    const lacking = await watcherLog(world(), 'watcher-of-all', { kubeconfig, namespaces: '' });
    await until('it says what it lacks', async () =>
      lacking().includes('does not grant rights that the watcher needs'),
    );
    const said = [
      'list pods, watch pods',
      'list deployments.apps, watch deployments.apps',
      'list jobs.batch, watch jobs.batch',
    ];
    expect(lacking()).toContain(`in the whole cluster: ${said.join(', ')} (deploy/rbac/watcher.yaml)`);
    expect(sufficient()).not.toContain('cannot watch');
  }, 40_000);
}

const root = join(folder, '../..');

/** Starts a watcher as a process of its own, and gives what it has said so far. */
async function watcherLog(
  world: World,
  name: string,
  { kubeconfig, namespaces }: { kubeconfig: string; namespaces: string },
) {
  const port = await freePort();
  const watcher = await world.sandbox.run(name, process.execPath, [join(root, 'cli/main.ts'), 'serve', 'watcher'], {
    env: {
      ...{ KUBECONFIG: kubeconfig, MENDFLOW_WATCHER_PORT: String(port), MENDFLOW_WATCHER_NAMESPACES: namespaces },
      ...{ MENDFLOW_WATCHER_INTAKE_URL: 'http://127.0.0.1:1', MENDFLOW_WATCHER_TOKEN: intakeToken },
    },
    cwd: root,
    ready: async () => (await fetch(`http://127.0.0.1:${port}/livez`)).ok,
  });
  return () => readFileSync(watcher.logFile, 'utf8');
}
