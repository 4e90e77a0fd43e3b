import { beforeEach, describe, expect, it } from '@jest/globals';
import recreateJob from '../../../activities/actions/recreate-job.ts';
import { verify } from '../../../activities/verify.ts';
import { copiesAnnotation, copyOfAnnotation, touchAnnotation } from '../../../domain/run/contract.ts';
import type { Workload } from '../../../domain/target/workload.ts';
import { anActionContext } from '../support/action-context.ts';
import { aCompleteJob, aFailedJob } from '../support/builders.ts';
import { anAlert, aPolicy, depsOf } from '../support/cluster-deps.ts';
import { TestCluster } from '../support/test-cluster.ts';

let cluster: TestCluster;
beforeEach(() => {
  cluster = new TestCluster();
  cluster.pods = [];
  cluster.workloads = [aFailedJob()];
});

const copy = (of: Workload, name = 'nightly-1-abc', token = 'run-0.0'): Workload => ({
  ...of,
  ref: { ...of.ref, name, uid: `uid-${name}`, workOf: 'nightly-1' },
  labels: { [copyOfAnnotation]: 'nightly-1' },
  annotations: { [copyOfAnnotation]: 'nightly-1', [copiesAnnotation]: '1', [touchAnnotation]: token },
});
/** The first Job as an earlier run left it, kept. */
const noted = () =>
  aFailedJob({
    annotations: { 'mendflow.dev/recreated': '{"token":"run-0.0","copies":1,"last":"nightly-1-abc"}' },
  });
const run = (params: Record<string, unknown> = { deleteFailed: false }, target = cluster.workloads[0] as Workload) =>
  recreateJob.run({ ...anActionContext(cluster), target }, params);
const writes = () => cluster.calls.filter((call) => /^(mark|copy|delete)/.test(call));

describe('recreateJob', () => {
  it('notes the copy on the Job that is kept, before it makes it', async () => {
    const { successor } = await run();
    expect(writes()).toEqual(['markJob nightly-1', `copyJob nightly-1 ${successor?.name}`]);
    const note = { copies: 1, last: successor?.name, token: 'run-1.0' };
    expect(JSON.parse(cluster.marks[0]?.text ?? '')).toEqual(note);
  });

  it('makes no second copy in a later run, whether the first one failed, runs or is gone', async () => {
    const { progressFailure: _, ...running } = aFailedJob({ conditions: [] });
    for (const others of [[copy(aFailedJob())], [copy(running)], []]) {
      cluster.workloads = [noted(), ...others];
      await expect(run()).rejects.toMatchObject({ code: 'NOT_APPLICABLE' });
    }
    expect(writes()).toEqual([]);
  });

  it('makes as many as it may, over all runs, and counts on', async () => {
    cluster.workloads = [noted(), copy(aFailedJob())];
    await run({ deleteFailed: false, atMost: 2 });
    expect(JSON.parse(cluster.marks[0]?.text ?? '')).toMatchObject({ copies: 2 });
  });

  it('is over once a copy has done the work', async () => {
    cluster.workloads = [noted(), copy(aCompleteJob())];
    await expect(run({ deleteFailed: false, atMost: 5 })).rejects.toMatchObject({
      code: 'FAULT_GONE',
      message: expect.stringContaining('its copy nightly-1-abc has done the work'),
    });
    expect(writes()).toEqual([]);
  });

  it('goes on with its own copy after a crash, and notes nothing twice', async () => {
    const { successor } = await run();
    const [mark] = cluster.marks;
    cluster.workloads = [
      aFailedJob({ annotations: { 'mendflow.dev/recreated': mark?.text ?? '' } }),
      copy(aCompleteJob(), successor?.name, 'run-1.0'),
    ];
    cluster.calls = [];
    expect(await run()).toMatchObject({ changed: false, successor: { name: successor?.name } });
    expect(writes()).toEqual([`copyJob nightly-1 ${successor?.name}`]);
  });
});

describe('verify on a Job that was made again', () => {
  const policy = aPolicy({ name: 'jobs', verify: [{ workloadCondition: { type: 'Failed', status: 'True' } }] });
  const look = (job_name: string) =>
    verify(depsOf(cluster, { policies: () => [policy] }), { alert: anAlert({ namespace: 'shop', job_name }) });

  it('says recovered while its alert goes on, once a copy has done the work', async () => {
    cluster.workloads = [noted(), copy(aCompleteJob())];
    expect(await look('nightly-1')).toMatchObject({
      kind: 'recovered',
      reason: 'workloadHealthy',
      detail: 'Job shop/nightly-1 has failed, and its copy nightly-1-abc has done the work',
    });
  });

  it('takes an alert about the copy for one about the Job that it is a copy of', async () => {
    cluster.workloads = [noted(), copy(aFailedJob())];
    expect(await look('nightly-1-abc')).toMatchObject({
      kind: 'actionable',
      target: { workload: { name: 'nightly-1' } },
    });
  });

  it.each([
    ['is gone', () => []],
    ['was made anew by somebody', () => [aFailedJob()]],
    ['runs again', () => [{ ...aCompleteJob(), annotations: noted().annotations, conditions: [] }]],
  ])('takes it for one about the copy where the first Job %s', async (_, others: () => Workload[]) => {
    cluster.workloads = [...others(), copy(aFailedJob())];
    expect(await look('nightly-1-abc')).toMatchObject({ target: { workload: { name: 'nightly-1-abc' } } });
  });
});
