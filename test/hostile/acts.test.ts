import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signals } from '../../domain/run/contract.ts';
import type { Question } from '../../domain/run/status.ts';
import { type AlertUnderTest, anAlertWith, deliver } from '../support/product/alerts.ts';
import { evictionsOf, writesOf } from '../support/product/audit.ts';
import { type Product, startProduct } from '../support/product/index.ts';
import { aPolicyFor, writePolicies } from '../support/product/policies.ts';
import { endOf, liveWhen, reportOf, tell } from '../support/product/runs.ts';
import { until } from '../support/product/until.ts';
import {
  createBroken,
  createNamespaces,
  createWorkload,
  farNode,
  isCrashing,
  podsOf,
} from '../support/product/workloads.ts';

const namespaces = ['replaced', 'expired', 'elsewhere', 'labels', 'flaps'];
const asking = { scope: { namespaces }, mode: 'Approve' };
const guards = { cooldown: '10s', minReady: 0, maxUnhealthy: '100%' };
/** As long as a yes counts at most, so that the guard holds it for longer. */
const spacing = '15s';

const taskIn = (where: { namespace?: string }) =>
  aPolicyFor('AskedForTask', {
    ...asking,
    steps: [{ runJob: { image: 'example.invalid/done:1', ...where }, within: '30s' }],
  });

let product: Product;
beforeAll(async () => {
  product = await startProduct({
    policies: [
      aPolicyFor('Asked', { ...asking, guards }),
      aPolicyFor('AskedBriefly', { ...asking, guards, approval: { expiresAfter: spacing } }),
      taskIn({}),
      aPolicyFor('Elsewhere', { scope: { namespaces }, guards }),
    ],
    env: { MENDFLOW_GUARD_ZONE_SPACING: spacing },
  });
  await createNamespaces(product.admin, [...namespaces, 'beyond']);
}, 180_000);
afterAll(() => product?.stop(), 60_000);

const actsIn = (namespace: string) =>
  writesOf(product.auditLog).filter((write) => write.namespace === namespace && !write.isDryRun);

const now = () => new Date().toISOString();

/** Delivers the alert and gives the question that people are asked about it. */
async function questionOn(alert: AlertUnderTest): Promise<Question> {
  expect(await deliver(product.url, [alert])).toMatchObject({ status: 202 });
  const { question } = await liveWhen(product.url, alert.id, (live) => live.question !== undefined);
  return question as Question;
}

const approve = async (alert: AlertUnderTest, { digest }: Question) =>
  expect(await tell(product.url, alert.id, 'approve', { digest })).toMatchObject({ status: 200 });

/** The alert's labels as the container of the Job is told them. */
async function labelsOfJob(namespace: string, name: string): Promise<unknown> {
  type Job = { spec: { template: { spec: { containers: { env: { name: string; value: string }[] }[] } } } };
  const { spec } = await product.admin.call<Job>('GET', `/apis/batch/v1/namespaces/${namespace}/jobs/${name}`);
  const env = spec.template.spec.containers[0]?.env ?? [];
  return JSON.parse(env.find((variable) => variable.name === 'MENDFLOW_LABELS')?.value ?? 'null');
}

/** A workload whose pods all crash, and the alert about one of them. */
async function aHopeless(alertname: string, namespace: string): Promise<AlertUnderTest> {
  const place = { namespace, name: 'queue' };
  await createWorkload(product.admin, place, { kind: 'StatefulSet', isHopeless: true, replicas: 2 });
  return anAlertWith({ alertname, namespace, pod: 'queue-0' });
}

describe('a yes that the guard holds, because it acted in another zone,', () => {
  let asked: AlertUnderTest;
  let brief: AlertUnderTest;
  let briefly: Question;

  const isHeld = ({ id }: AlertUnderTest) =>
    liveWhen(product.url, id, ({ verdicts }) => verdicts.at(-1)?.reason === 'zoneSpacing');

  /** Somebody takes the pod away; the next one of its name is as ill. */
  async function replace({ namespace, pod }: { namespace: string; pod: string }): Promise<void> {
    const find = async () =>
      (await podsOf(product.admin, { namespace, name: 'queue' })).find(({ metadata }) => metadata.name === pod);
    const before = await find();
    await product.admin.call('DELETE', `/api/v1/namespaces/${namespace}/pods/${pod}`);
    await until(`the successor of ${pod}`, async () => {
      const found = await find();
      return found !== undefined && found.metadata.uid !== before?.metadata.uid && isCrashing(found);
    });
  }

  beforeAll(async () => {
    [asked, brief] = await Promise.all([aHopeless('Asked', 'replaced'), aHopeless('AskedBriefly', 'expired')]);
    const far = { namespace: 'elsewhere', name: 'far' };
    await createWorkload(product.admin, far, { isHopeless: true, nodeSelector: farNode });
    const [pod] = await podsOf(product.admin, far);
    const question = await questionOn(asked);
    briefly = await questionOn(brief);
    const elsewhere = anAlertWith({ alertname: 'Elsewhere', namespace: 'elsewhere', pod: pod?.metadata.name ?? '' });
    await deliver(product.url, [elsewhere]);
    await until('an act in another zone', async () => evictionsOf(product.auditLog, 'far').length > 0);
    // What ends later would count as an act of then, and hold the yes for longer.
    await tell(product.url, elsewhere.id, 'abort', { note: 'it was the distraction' });
    await reportOf(product.temporal, elsewhere.id);
    await Promise.all([approve(asked, question), approve(brief, briefly)]);
    await Promise.all([isHeld(asked), isHeld(brief)]);
    await replace({ namespace: 'replaced', pod: 'queue-0' });
  }, 90_000);

  it('takes no pod that came into the place of the one that was shown', async () => {
    const { timeline, steps } = await liveWhen(product.url, asked.id, ({ phase }) => phase === 'Escalated');
    expect(timeline).toContainEqual(expect.objectContaining({ phase: 'Escalated', reason: 'targetReplaced' }));
    expect(steps).toEqual([]);
    expect(actsIn('replaced')).toEqual([]);
    await tell(product.url, asked.id, 'take-over', {});
    expect(await reportOf(product.temporal, asked.id)).toMatchObject({ outcome: 'escalated', steps: [] });
  }, 90_000);

  it('is worth nothing after its time: people are asked again', async () => {
    const isAskedAgain = ({ question }: { question?: Question }) =>
      question !== undefined && question.digest !== briefly.digest;
    const { timeline } = await liveWhen(product.url, brief.id, isAskedAgain);
    expect(Date.now()).toBeGreaterThan(Date.parse(briefly.expiresAt));
    expect(timeline.map(({ what }) => what)).toContain(
      'the approval of evictPod ended while the guard held it; people are asked again',
    );
    await tell(product.url, brief.id, 'abort', { note: 'enough' });
    expect(await reportOf(product.temporal, brief.id)).toMatchObject({ outcome: 'aborted', steps: [] });
    expect(actsIn('expired')).toEqual([]);
  }, 90_000);
});

describe('a step that runs a container', () => {
  let pod: string;
  const isJob = ({ what }: { what: string }) => what === 'create jobs';
  const jobs = () => writesOf(product.auditLog).filter((write) => isJob(write) && !write.isDryRun);

  beforeAll(async () => {
    pod = await createBroken(product.sandbox, product.admin, { namespace: 'labels', name: 'web' });
  }, 90_000);

  it.each(['kube-system', 'beyond'])(
    'gets no policy that runs it in the namespace %s: the one before stays in force',
    async (namespace) => {
      const staleIs = (value: number) => async () =>
        (await (await fetch(`${product.workerUrl}/metrics`)).text()).includes(`\nmendflow_policies_stale ${value}\n`);
      writePolicies(product.policyFolder, [taskIn({ namespace })]);
      await until('the policy is refused', staleIs(1));
      const alert = anAlertWith({ alertname: 'AskedForTask', namespace: 'labels', pod, attack: namespace });
      const { params } = await questionOn(alert);
      expect(params).not.toHaveProperty('namespace');
      await tell(product.url, alert.id, 'abort', { note: 'enough' });
      await reportOf(product.temporal, alert.id);
      writePolicies(product.policyFolder, [taskIn({})]);
      await until('the policies are good again', staleIs(0));
      expect(writesOf(product.auditLog).filter(isJob)).not.toContainEqual(expect.objectContaining({ namespace }));
    },
    90_000,
  );

  it('gets the labels of the start: no later delivery and no signal changes them, whatever fingerprint their sender gives', async () => {
    const alert = anAlertWith({ alertname: 'AskedForTask', namespace: 'labels', pod, tier: 'gold' });
    const question = await questionOn(alert);
    const fingerprint = alert.id.slice(alert.id.lastIndexOf('/') + 1);
    const later = { ...alert.item, startsAt: now(), fingerprint: '0000000000000000', annotations: { tier: 'forged' } };
    const other = anAlertWith({ ...alert.item.labels, tier: 'forged' });
    const forged = { ...other, item: { ...other.item, startsAt: now(), fingerprint } };
    expect(await deliver(product.url, [{ ...alert, item: later }, forged])).toMatchObject({ body: { accepted: 1 } });
    const news = { startsAt: now(), receivedAt: now(), labels: forged.item.labels, fingerprint };
    await product.temporal.workflow.getHandle(alert.id).signal(signals.alert, news);
    // The other labels are another alert, with a run of its own.
    await liveWhen(product.url, other.id, () => true);
    await approve(alert, question);
    await until('the Job', async () => jobs().length > 0);
    expect(jobs()).toMatchObject([{ namespace: 'labels', code: 201 }]);
    expect(await labelsOfJob('labels', jobs()[0]?.name ?? '')).toEqual(alert.item.labels);
    for (const { id } of [alert, other]) await tell(product.url, id, 'abort', { note: 'enough' });
    await reportOf(product.temporal, alert.id);
  }, 90_000);
});

describe('an approved act', () => {
  it('is done after an alert that comes and goes four times while people are asked', async () => {
    const pod = await createBroken(product.sandbox, product.admin, { namespace: 'flaps', name: 'web' });
    const alert = anAlertWith({ alertname: 'Asked', namespace: 'flaps', pod });
    const question = await questionOn(alert);
    for (let change = 0; change < 4; change += 1) {
      const item = { ...alert.item, status: change % 2 === 0 ? 'resolved' : 'firing', startsAt: now() };
      expect(await deliver(product.url, [{ ...alert, item }])).toMatchObject({ status: 202 });
    }
    await approve(alert, question);
    expect(await endOf(product.temporal, alert.id)).toBe('remediated');
    expect(evictionsOf(product.auditLog, 'web').map(({ name }) => name)).toEqual([pod]);
  }, 90_000);
});
