import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ClusterDeps } from '../../activities/cluster-deps.ts';
import type { RemediateInput } from '../../activities/contract.ts';
import { remediate } from '../../activities/remediate.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import type { TicketTerms } from '../../domain/run/ticket.ts';
import { approvedBy, permitted, testRun } from '../support/permitted.ts';
import { anActionAlert, anOomKilledPod, aPod, aTarget, aWorkload, nowMs } from './support/builders.ts';
import { aPolicy, depsOf } from './support/cluster-deps.ts';
import { startActivity } from './support/run-activity.ts';
import { TestCluster } from './support/test-cluster.ts';

let cluster: TestCluster;
beforeEach(() => {
  cluster = new TestCluster();
  cluster.put(anOomKilledPod());
});

const [evictPod, rolloutRestart] = aPolicy().spec.steps as [RemediateInput['step'], RemediateInput['step']];
const anInput = (changes: Partial<RemediateInput> = {}): RemediateInput => ({
  ...{ target: aTarget(), policy: 'memory-leak', step: evictPod, token: 'run-1.0', dryRun: false },
  ...{ alert: anActionAlert, ...changes },
});

interface Circumstances {
  terms?: Partial<TicketTerms>;
  deps?: Partial<ClusterDeps>;
  /** Changed after the ticket was signed. */
  changed?: Partial<RemediateInput>;
  scheduledTimestampMs?: number;
  workflowExecution?: typeof testRun;
}
function run(input = anInput(), circumstances: Circumstances = {}) {
  const { terms, deps, changed, scheduledTimestampMs = nowMs, workflowExecution = testRun } = circumstances;
  const given = { ...permitted(input, nowMs, terms), ...changed };
  const act = (asked: RemediateInput) => remediate(depsOf(cluster, deps), asked);
  return startActivity(act, given, { scheduledTimestampMs, workflowExecution }).result;
}
const inForce = (policy: Policy): Partial<ClusterDeps> => ({ policies: () => [policy] });
const acts = () => cluster.calls.filter((call) => /^(evict|restart)/.test(call));

describe('an act without its ticket', () => {
  const forged: [what: string, circumstances: Circumstances, why: string][] = [
    ['that has none', { changed: { ticket: undefined as never } }, 'the act has no ticket'],
    ['in another run', { workflowExecution: { ...testRun, runId: 'run-2' } }, 'another run'],
    ['in a worker of another cluster', { deps: { clusterName: 'prod' } }, 'another cluster'],
    ['in a worker without a key', { deps: { keys: [] } }, 'MENDFLOW_APPROVAL_KEY'],
    ['with another step', { changed: { step: rolloutRestart } }, 'another action'],
    ['for another policy', { changed: { policy: 'other' } }, 'another policy'],
    ['with another token', { changed: { token: 'run-1.1' } }, 'another act of the run'],
    ['on another pod', { changed: { target: aTarget({ pod: aPod({ name: 'checkout-2' }).ref }) } }, 'another pod'],
    [
      'with the labels of a later delivery',
      { changed: { alert: { ...anActionAlert, labels: { ...anActionAlert.labels, tenant: 'b' } } } },
      'other labels of the alert',
    ],
  ];
  it.each(forged)('is not done: one %s', async (_, circumstances, why) => {
    const refused = { code: 'TICKET_INVALID', message: expect.stringContaining(why) };
    await expect(run(anInput(), circumstances)).rejects.toMatchObject(refused);
    expect(cluster.calls).toEqual([]);
  });
});

describe('an act with its ticket', () => {
  const narrowed: [what: string, policies: Policy[], code: string, why: string][] = [
    ['was removed', [], 'NOT_ALLOWED', 'is no longer in force'],
    ['is only there under another name', [aPolicy({ name: 'other' })], 'NOT_ALLOWED', 'is no longer in force'],
    ['left the namespace', [aPolicy({ scope: { namespaces: ['cart'] } })], 'NOT_ALLOWED', 'outside its scope'],
    [
      'takes objects with such a label out',
      [aPolicy({ scope: { namespaces: ['shop'], excludeLabels: { app: 'checkout' } } })],
      'NOT_ALLOWED',
      'optedOut',
    ],
    ['has another ladder', [aPolicy({ steps: [{ rolloutRestart: {} }] })], 'POLICY_CHANGED', 'no such step evictPod'],
    [
      'has other parameters',
      [aPolicy({ steps: [{ evictPod: { gracePeriodSeconds: 120 } }] })],
      'POLICY_CHANGED',
      'no such step evictPod',
    ],
    [
      'wants an approval by now',
      [aPolicy({ steps: [{ evictPod: {}, approval: 'Required' }] })],
      'POLICY_CHANGED',
      'needs an approval',
    ],
  ];
  it.each(narrowed)('is not done when its policy %s', async (_, policies, code, why) => {
    const refused = { code, message: expect.stringContaining(why) };
    await expect(run(anInput(), { deps: { policies: () => policies } })).rejects.toMatchObject(refused);
    expect(acts()).toEqual([]);
  });

  it.each(['Observe', 'DryRun'] as const)('is not done when the policy was set to %s', async (mode) => {
    const policy = aPolicy();
    policy.spec.mode = mode;
    await expect(run(anInput(), { deps: inForce(policy) })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    await expect(run(anInput(), { deps: { switches: { mode } } })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    cluster.namespace('shop', { annotations: { 'mendflow.dev/mode': mode } });
    await expect(run()).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    expect(acts()).toEqual([]);
  });

  it('is not done when the alert does not match the policy, whatever verification said', async () => {
    const alert = { ...anActionAlert, labels: { ...anActionAlert.labels, alertname: 'Another' } };
    await expect(run(anInput({ alert }))).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  });

  const strange: [what: string, change: () => unknown, code: string][] = [
    [
      'the workload is labelled out',
      () => cluster.putWorkload(aWorkload({ labels: { 'mendflow.dev/remediation': 'disabled' } })),
      'NOT_ALLOWED',
    ],
    [
      'the namespace is labelled out',
      () => cluster.namespace('shop', { labels: { 'mendflow.dev/remediation': 'disabled' } }),
      'NOT_ALLOWED',
    ],
    ['the workload is ours', () => cluster.putWorkload(aWorkload({ labels: ours })), 'NOT_ALLOWED'],
    ['nothing owns the pod', () => cluster.put(withoutOwner()), 'TARGET_REPLACED'],
    ['the pod is a mirror', () => cluster.put({ ...anOomKilledPod(), isMirror: true }), 'NOT_ALLOWED'],
    ['its owner is gone', () => Object.assign(cluster, { workloads: [aWorkload()] }), 'NOT_ALLOWED'],
    ['the namespace is gone', () => cluster.store.namespaces.clear(), 'TARGET_GONE'],
  ];
  it.each(strange)('is not done when %s', async (_, change, code) => {
    change();
    await expect(run()).rejects.toMatchObject({ code });
    expect(acts()).toEqual([]);
  });

  it('is not done on an object of another namespace than the target says, whatever was signed', async () => {
    const elsewhere = <T extends { namespace: string }>(ref: T): T => ({ ...ref, namespace: 'kube-system' });
    const targets = [
      aTarget({ workload: elsewhere(aWorkload().ref) }),
      aTarget({ pod: elsewhere(aPod().ref) }),
      { ...aTarget(), namespace: 'cart' },
    ];
    for (const target of targets) {
      await expect(run(anInput({ target }))).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    }
    expect(cluster.calls).toEqual([]);
  });

  it('is not done on a workload for the fault of a pod of another one', async () => {
    const cart = aWorkload({ ref: { ...aWorkload().ref, name: 'cart', uid: 'uid-cart' } });
    cluster.putWorkload(cart);
    const target = aTarget({ workload: cart.ref });
    await expect(run(anInput({ target, step: rolloutRestart }))).rejects.toMatchObject({ code: 'TARGET_REPLACED' });
    expect(acts()).toEqual([]);
  });

  it('is not done in our own or a system namespace', async () => {
    const everywhere = aPolicy({ scope: { namespaces: ['shop', 'kube-system'] } });
    await expect(run(anInput(), { deps: { identity: { ownNamespace: 'shop' } } })).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
    });
    const at = <T extends { namespace: string }>(ref: T): T => ({ ...ref, namespace: 'kube-system' });
    cluster.namespace('kube-system');
    cluster.pods = cluster.pods.map((pod) => ({ ...pod, ref: at(pod.ref) }));
    cluster.workloads = cluster.workloads.map((workload) => ({ ...workload, ref: at(workload.ref) }));
    const target = { ...aTarget({ workload: at(aWorkload().ref), pod: at(aPod().ref) }), namespace: 'kube-system' };
    const refused = { code: 'NOT_ALLOWED', message: expect.stringContaining('systemNamespace') };
    await expect(run(anInput({ target }), { deps: inForce(everywhere) })).rejects.toMatchObject(refused);
    expect(acts()).toEqual([]);
  });
});

const ours = { 'app.kubernetes.io/part-of': 'mendflow' };
function withoutOwner() {
  const { owner: _, ...pod } = anOomKilledPod();
  return pod;
}

describe('the approval of an act', () => {
  const policy = aPolicy({ steps: [{ evictPod: {}, approval: 'Required' }] });
  const [asked] = policy.spec.steps as [RemediateInput['step']];
  const act = (terms: Partial<TicketTerms>, deps = inForce(policy)) => run(anInput({ step: asked }), { terms, deps });

  it('is needed where the policy asks for it', async () => {
    const { approval: _, ...unapproved } = { approval: undefined };
    await expect(act({ ...unapproved, approval: undefined as never })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    expect(acts()).toEqual([]);
    expect(await act({ approval: approvedBy(nowMs, 'ada') })).toMatchObject({ changed: true });
  });

  it('is needed of two different people where the policy wants two', async () => {
    const two = structuredClone(policy);
    two.spec.approval.twoPeople = true;
    const by = (...who: string[]) => act({ approval: approvedBy(nowMs, ...who) }, inForce(two));
    await expect(by('ada')).rejects.toMatchObject({ code: 'POLICY_CHANGED' });
    await expect(by('ada', 'ada')).rejects.toMatchObject({ code: 'POLICY_CHANGED' });
    expect(await by('ada', 'bob')).toMatchObject({ changed: true });
  });

  it('is needed where the live target became risky, whatever verification had found', async () => {
    const risky = aPolicy({ steps: [{ evictPod: {}, approval: 'WhenRisky' }] });
    const [step] = risky.spec.steps as [RemediateInput['step']];
    const alone = { terms: { approval: undefined as never }, deps: inForce(risky) };
    cluster.workloads = cluster.workloads.map((workload) => ({
      ...workload,
      counts: { replicas: 1, updated: 1, ready: 0, available: 0 },
    }));
    await expect(run(anInput({ step }), alone)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    expect(acts()).toEqual([]);
  });

  it('ends the ticket with it', async () => {
    const approval = { ...approvedBy(nowMs, 'ada'), untilMs: nowMs - 1 };
    await expect(act({ approval })).rejects.toMatchObject({
      code: 'LEASE_EXPIRED',
      message: expect.stringContaining('the approval ended'),
    });
  });
});

describe('the time of an act', () => {
  const at = (scheduledTimestampMs: number, localMs: number, expiresInMs = 30_000) =>
    run(anInput(), {
      ...{ scheduledTimestampMs, terms: { expiresAtMs: nowMs + expiresInMs } },
      // The pod is as old as its clock says.
      deps: { now: () => localMs },
    });
  const hourMs = 3_600_000;
  const expired = { code: 'LEASE_EXPIRED' };

  it('is Temporal’s, where the clock of the worker is behind', async () => {
    await expect(at(nowMs + 31_000, nowMs - 1_000)).rejects.toMatchObject(expired);
    expect(acts()).toEqual([]);
  });

  it('is Temporal’s and the longest wait for a worker, where its clock is an hour ahead', async () => {
    const checks = aPolicy({ verify: [{ podCondition: { reason: 'OOMKilled', within: '2h' } }] });
    const ahead = (expiresInMs: number) =>
      run(anInput(), {
        terms: { expiresAtMs: nowMs + expiresInMs },
        deps: { now: () => nowMs + hourMs, ...inForce(checks) },
      });
    await expect(ahead(170_000)).rejects.toMatchObject(expired);
    expect(await ahead(190_000)).toMatchObject({ changed: true });
  });

  it('goes on while the act is prepared', async () => {
    let ms = 0;
    const slow = { monotonicMs: () => ms };
    cluster.before = (call) => {
      if (call.startsWith('getWorkload')) ms = 31_000;
    };
    const late = run(anInput(), { terms: { expiresAtMs: nowMs + 30_000 }, deps: slow });
    await expect(late).rejects.toMatchObject(expired);
    expect(acts()).toEqual([]);
  });

  it('does not keep the guard from being asked for a pause, however fresh its grant is', async () => {
    const ask = (guardPause: () => Promise<string | undefined>) =>
      run(anInput(), { terms: { notBeforeMs: nowMs }, deps: { guardPause } });
    await expect(ask(async () => 'paused by ada: x')).rejects.toMatchObject({ code: 'PAUSED' });
    await expect(ask(() => Promise.reject(new Error('no answer')))).rejects.toMatchObject({ code: 'PAUSED' });
    expect(acts()).toEqual([]);
  });
});

describe('a parameter that names a namespace', () => {
  const image = 'registry.example/fix:1';
  const input = (namespace: string) =>
    anInput({ step: { ...rolloutRestart, action: 'runJob', params: { image, namespace }, takesLong: true } });
  const reach = (namespace: string) => {
    const policy = aPolicy();
    policy.spec.steps = [input(namespace).step];
    policy.spec.scope.namespaces = ['shop', 'automation', 'kube-system'];
    return run(input(namespace), { deps: inForce(policy) });
  };

  it.each([
    ['a system namespace', 'kube-system'],
    ['our own', 'automation'],
    ['one outside of the scope', 'cart'],
  ])('does not reach into %s', async (_, namespace) => {
    await expect(reach(namespace)).rejects.toMatchObject({
      code: 'NOT_APPLICABLE',
      message: `runJob may not reach into the namespace ${namespace}`,
    });
    expect(cluster.started).toEqual([]);
  });
});
