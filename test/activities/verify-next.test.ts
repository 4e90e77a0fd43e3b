import { beforeEach, describe, expect, it } from '@jest/globals';
import { createClusterActivities } from '../../activities/cluster-activities.ts';
import type { ClusterLimits } from '../../activities/cluster-deps.ts';
import type { VerifyInput } from '../../activities/contract.ts';
import type { Revision } from '../../activities/kubernetes/port.ts';
import type { Alert } from '../../domain/alert/alert.ts';
import type { PolicyMode } from '../../domain/policy/mode.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { aFailedJob, aNode, anOomKilledPod, aPod, aReplicaSet, aWorkload } from './support/builders.ts';
import { anAlert, aPolicy, depsOf } from './support/cluster-deps.ts';
import { startActivity } from './support/run-activity.ts';
import { TestCluster } from './support/test-cluster.ts';

let cluster: TestCluster;
beforeEach(() => {
  cluster = new TestCluster();
  cluster.nodes = [aNode(), aNode({ name: 'node-2' })];
  cluster.put(anOomKilledPod());
});

/** What `verify` says of the step that comes next. */
async function refused(
  policy: Policy,
  input: Partial<VerifyInput> = {},
  { alert = anAlert(), limits = {} }: { alert?: Alert; limits?: Partial<ClusterLimits> } = {},
) {
  const { verify } = createClusterActivities({ ...depsOf(cluster, { policies: () => [policy] }), limits });
  const assessment = await startActivity(verify, { alert, next: 0, ...input }).result;
  if (assessment.kind !== 'actionable') throw new Error(`${assessment.kind}: ${assessment.detail}`);
  return assessment.refused;
}
const required = (step: object) => aPolicy({ steps: [{ ...step, approval: 'Required' }] });
const revision = (number: number, isCurrent: boolean, content = `${number}`): Revision => ({
  ...{
    name: `r${number}`,
    number,
    isCurrent,
    available: 0,
    createdAtMs: 0,
    images: [`app:${number}`],
    content,
    template: {},
  },
});
const writes = () => cluster.calls.filter((call) => /^(evict|delete|restart|change|copy|cordon)/.test(call));
const isDry = (call: string) => call.endsWith(' dry');

describe('a step that a person would be asked about', () => {
  it('is tried in a dry run; where it could be done nothing is said', async () => {
    expect(await refused(required({ evictPod: {} }))).toBe(undefined);
    expect(writes()).toEqual(['evictPod checkout-1 dry']);
  });

  it('cannot be done where Helm owns what a rollback would change', async () => {
    cluster.workloads = [
      aWorkload({
        labels: { 'app.kubernetes.io/managed-by': 'Helm' },
        annotations: { 'meta.helm.sh/release-name': 'store' },
      }),
      aReplicaSet(),
    ];
    expect(await refused(required({ rollback: {} }))).toMatchObject({
      ...{ step: 0, code: 'MANAGED_ELSEWHERE' },
      detail: expect.stringMatching(/^rollback: Deployment checkout belongs to Helm/),
    });
  });

  it('cannot be done where nothing was rolled out that a rollback could take back', async () => {
    cluster.revisions = [revision(2, true, 'same'), revision(1, false, 'same')];
    expect(await refused(required({ rollback: {} }))).toMatchObject({
      code: 'NOT_APPLICABLE',
      detail: expect.stringContaining('there is no earlier revision'),
    });
  });

  it('cannot be done where the pod could not come back', async () => {
    cluster.refusesPods = 'its replacement would not be admitted: 403 exceeded quota: q';
    expect(await refused(required({ evictPod: {} }))).toEqual({
      ...{ step: 0, code: 'NOT_REPLACEABLE' },
      detail: 'evictPod: Pod shop/checkout-1: its replacement would not be admitted: 403 exceeded quota: q',
    });
    expect(writes()).toEqual([]);
  });

  it('cannot be done where a drain would lose the data of an emptyDir', async () => {
    expect(await refusedDrain('False')).toMatchObject({
      code: 'NOT_APPLICABLE',
      detail: expect.stringContaining('would lose the data of its emptyDir'),
    });
  });

  it('cannot be done where the node that would be drained does not answer', async () => {
    expect(await refusedDrain('Unknown')).toMatchObject({
      code: 'NOT_APPLICABLE',
      detail: 'drainNode: node node-1 is not drained: it does not answer, so nothing would stop its pods',
    });
    expect(writes()).toEqual([]);
  });

  /** Of a node whose condition Ready has this status, and on which a pod has an emptyDir. */
  const refusedDrain = (status: string) => {
    const ready = { type: 'Ready', status, reason: '', message: '' };
    cluster.nodes = [
      aNode({ isReady: false, conditions: [ready], labels: { pool: 'web' } }),
      aNode({ name: 'node-2' }),
    ];
    cluster.workloads = [];
    cluster.pods = [aPod({ hasLocalData: true })];
    const policy = aPolicy({
      verify: [{ nodeCondition: { type: 'Ready', status: 'NotTrue' } }],
      scope: { nodes: { pool: 'web' } },
      steps: [{ drainNode: {}, approval: 'Required' }],
    });
    return refused(policy, {}, { alert: anAlert({ node: 'node-1' }) });
  };

  it('cannot be done on our own copy of a Job that failed again', async () => {
    const annotations = { 'mendflow.dev/copies': '1' };
    cluster.workloads = [aFailedJob({ annotations })];
    cluster.pods = [];
    const policy = aPolicy({
      verify: [{ workloadCondition: { type: 'Failed', status: 'True' } }],
      steps: [{ recreateJob: {}, approval: 'Required' }],
    });
    const alert = anAlert({ namespace: 'shop', job_name: 'nightly-1' });
    expect(await refused(policy, {}, { alert })).toMatchObject({
      code: 'NOT_APPLICABLE',
      detail: expect.stringContaining('it was made again 1 times already'),
    });
  });

  it('is asked about where the dry run does not end in its time', async () => {
    const answer = Promise.withResolvers<never>();
    cluster.admitReplacement = () => answer.promise;
    expect(await refused(required({ evictPod: {} }), {}, { limits: { trialMs: 20 } })).toBe(undefined);
    // Nobody waits for its end any more.
    answer.reject(new MendflowError('NOT_REPLACEABLE', 'too late'));
    expect(writes()).toEqual([]);
  });

  it.each([
    ['EVICTION_BLOCKED', true],
    ['BUDGETS_CONFLICT', true],
    ['PERMISSION_DENIED', true],
    ['CONFLICT', false],
    ['RATE_LIMITED', false],
    ['TARGET_GONE', false],
  ] as const)('after %s: known before is %s', async (code, isKnown) => {
    cluster.before = (call) => {
      if (call.startsWith('evictPod')) throw new MendflowError(code, 'so it is');
    };
    expect((await refused(required({ evictPod: {} })))?.code).toBe(isKnown ? code : undefined);
  });
});

describe('a step that Observe would take', () => {
  const observed = (step: object = { evictPod: {} }) => {
    const policy = aPolicy({ steps: [step] });
    policy.spec.mode = 'Observe';
    return policy;
  };

  it('could not be done where the pod could not come back, in the API server’s words', async () => {
    cluster.refusesPods = 'its replacement would not be admitted: 403 exceeded quota: q';
    expect(await refused(observed())).toEqual({
      ...{ step: 0, code: 'NOT_REPLACEABLE' },
      detail: 'evictPod: Pod shop/checkout-1: its replacement would not be admitted: 403 exceeded quota: q',
    });
  });

  it('could not be done where it does not fit the target', async () => {
    cluster.revisions = [revision(2, true, 'same'), revision(1, false, 'same')];
    expect(await refused(observed({ rollback: {} }))).toMatchObject({
      code: 'NOT_APPLICABLE',
      detail: expect.stringContaining('there is no earlier revision'),
    });
  });

  it.each([{ evictPod: {} }, { rolloutRestart: {} }, { deletePod: {}, approval: 'Required' }])(
    '%j is asked about without sending it, not even as a dry run',
    async (step) => {
      expect(await refused(observed(step))).toBe(undefined);
      expect(cluster.calls.filter((call) => call.startsWith('admitReplacement'))).toHaveLength(1);
      expect(writes()).toEqual([]);
    },
  );

  it('is not called refused because rights are missing that Observe does not need', async () => {
    cluster.before = (call) => {
      if (call.startsWith('admitReplacement')) throw new MendflowError('PERMISSION_DENIED', 'pods is forbidden');
    };
    expect(await refused(observed())).toBe(undefined);
  });
});

describe('nothing is tried', () => {
  it('where nobody is asked', async () => {
    cluster.refusesPods = 'no';
    expect(await refused(aPolicy())).toBe(undefined);
    expect(writes()).toEqual([]);
  });

  it('unless a step comes next, and the right one', async () => {
    cluster.refusesPods = 'no';
    const policy = aPolicy({ steps: [{ evictPod: {} }, { rolloutRestart: {}, approval: 'Required' }] });
    expect(await refused(policy)).toBe(undefined);
    expect(await refused(policy, { next: 2 })).toBe(undefined);
    expect(await refused(policy, { next: 1 })).toMatchObject({ step: 1, code: 'NOT_REPLACEABLE' });
  });

  it.each<[PolicyMode, boolean]>([
    ['Observe', false],
    ['DryRun', false],
    ['Approve', true],
  ])('by a dry run of the act in mode %s unless it asks people: %s', async (mode, isTried) => {
    const policy = required({ evictPod: {} });
    policy.spec.mode = mode;
    expect(await refused(policy)).toBe(undefined);
    expect(writes().every(isDry)).toBe(true);
    expect(writes()).toHaveLength(isTried ? 1 : 0);
  });
});
