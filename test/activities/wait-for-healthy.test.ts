import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ClusterDeps } from '../../activities/cluster-deps.ts';
import type { WaitForHealthyInput } from '../../activities/contract.ts';
import { waitForHealthy } from '../../activities/wait-for-healthy.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import type { StableWindow } from '../../domain/target/stable-window.ts';
import { aContainer, aNode, anOomKilledPod, aPod, aTarget, aWorkload, nowMs } from './support/builders.ts';
import { aPolicy, depsOf } from './support/cluster-deps.ts';
import { startActivity } from './support/run-activity.ts';
import { TestCluster } from './support/test-cluster.ts';

let cluster: TestCluster;
let timeMs: number;
/** What happens before the nth round of reads, each a second after the last. */
let script: Record<number, () => void>;

const fresh = aPod({ name: 'checkout-4' });
const siblings = [aPod({ name: 'checkout-2' }), aPod({ name: 'checkout-3' })];

beforeEach(() => {
  timeMs = nowMs;
  script = {};
  cluster = new TestCluster();
  cluster.pods = [...siblings, fresh];
  let round = 0;
  cluster.before = (call) => {
    if (!call.startsWith('getWorkload')) return;
    round += 1;
    timeMs += 1_000;
    script[round]?.();
  };
});

const anInput: WaitForHealthyInput = {
  target: aTarget(),
  checks: aPolicy().spec.verify,
  stableForMs: 5_000,
  withinMs: 20_000,
};
const start = (
  info: Parameters<typeof startActivity>[2] = {},
  changes: Partial<WaitForHealthyInput> = {},
  deps: Partial<ClusterDeps> = {},
) =>
  startActivity(
    (input: WaitForHealthyInput) => waitForHealthy(depsOf(cluster, { now: () => timeMs, ...deps }), input),
    { ...anInput, ...changes },
    info,
  );
const secondsPassed = () => (timeMs - nowMs) / 1_000;
const restarted = (restarts: number) => ({ ...fresh, containers: [aContainer({ restarts })] });

describe('waitForHealthy says healthy', () => {
  it('once everything has been well for the whole stable time', async () => {
    expect(await start().result).toMatchObject({ kind: 'healthy' });
    expect(secondsPassed()).toBe(6);
  });

  it('counting anew after a pod was unready for a moment', async () => {
    script = { 3: () => cluster.put({ ...fresh, isReady: false }), 4: () => cluster.put(fresh) };
    expect(await start().result).toMatchObject({ kind: 'healthy' });
    expect(secondsPassed()).toBe(9);
  });

  it('counting anew after a restart that no read saw', async () => {
    script = { 3: () => cluster.put(restarted(1)) };
    expect(await start().result).toMatchObject({ kind: 'healthy' });
    expect(secondsPassed()).toBe(8);
  });

  it('while an older fault is remembered by a sibling that runs well', async () => {
    const remembered = anOomKilledPod('checkout-2');
    const state = { kind: 'running' as const, startedAtMs: nowMs };
    const containers = remembered.containers.map((container) => ({ ...container, isReady: true, state }));
    cluster.put({ ...remembered, isReady: true, containers });
    expect(await start().result).toMatchObject({ kind: 'healthy' });
  });

  it('after the API server did not answer for a while', async () => {
    const down = () => {
      throw new MendflowError('CLUSTER_UNAVAILABLE', 'down');
    };
    script = { 1: down, 2: down };
    expect(await start().result).toMatchObject({ kind: 'healthy' });
  });

  it('while a pod is not ready that was not ready before the act', async () => {
    const dead = aPod({ name: 'checkout-3', isReady: false });
    cluster.pods = [aPod({ name: 'checkout-2' }), dead, { ...fresh, createdAtMs: nowMs }];
    cluster.putWorkload(aWorkload({ counts: { replicas: 3, updated: 3, ready: 2, available: 2 } }));
    const before = { desired: 3, notReady: 1, generation: 2 };
    expect(await start({}, { before, actedAtMs: nowMs }).result).toEqual({
      kind: 'healthy',
      detail:
        '2 of 3 pods ready without a restart for 5s; the others are excused: not ready before, new, or at most 1 in 100',
    });
    expect(await start({}, { before: { ...before, notReady: 0 }, actedAtMs: nowMs }).result).toMatchObject({
      kind: 'unhealthy',
    });
  });

  it('although the pod of the fault lives on and remembers it from before the act', async () => {
    const killed = { kind: 'terminated', reason: 'OOMKilled', exitCode: 137, finishedAtMs: nowMs - 20_000 } as const;
    const containers = [aContainer({ restarts: 3, lastTermination: killed })];
    cluster.pods = [...siblings, aPod({ containers })];
    const before = { desired: 3, notReady: 0, generation: 2, restarts: { app: 3 } };
    expect(await start({}, { before, actedAtMs: nowMs - 5_000 }).result).toMatchObject({ kind: 'healthy' });
    cluster.put(
      aPod({ containers: [aContainer({ restarts: 4, lastTermination: { ...killed, finishedAtMs: nowMs } })] }),
    );
    expect(await start({}, { before, actedAtMs: nowMs - 5_000 }).result).toMatchObject({
      ...{ kind: 'unhealthy', detail: expect.stringContaining('the fault is still there: OOMKilled') },
    });
  });

  it('without counting anew when a pod is added meanwhile', async () => {
    script = { 3: () => cluster.put(aPod({ name: 'checkout-5' })) };
    expect(await start().result).toMatchObject({ kind: 'healthy' });
    expect(secondsPassed()).toBe(6);
  });

  it('although a rollout had given up before the act', async () => {
    cluster.putWorkload(aWorkload({ progressFailure: 'exceeded its progress deadline' }));
    script = { 4: () => cluster.putWorkload(aWorkload()) };
    expect(await start().result).toMatchObject({ kind: 'healthy' });
  });
});

describe('waitForHealthy says gone', () => {
  it('at once when the workload is scaled to zero meanwhile', async () => {
    const counts = { replicas: 0, updated: 0, ready: 0, available: 0 };
    script = {
      3: () => {
        cluster.pods = [];
        cluster.putWorkload(aWorkload({ desired: 0, counts }));
      },
    };
    expect(await start().result).toEqual({ kind: 'gone', detail: 'Deployment shop/checkout: it is scaled to zero' });
    expect(secondsPassed()).toBe(3);
  });
});

describe('waitForHealthy says unhealthy', () => {
  it('when the workload is not well in time, with the evidence', async () => {
    cluster.put(anOomKilledPod('checkout-4'));
    const health = await start().result;
    expect(health).toMatchObject({
      kind: 'unhealthy',
      detail: 'not healthy within 20s: not ready: checkout-4',
      evidence: expect.arrayContaining(['pod checkout-4 is Running, not Ready']),
    });
    expect(secondsPassed()).toBe(20);
  });

  it('while the pod of the fault is still there and shows it', async () => {
    const still = anOomKilledPod('checkout-1');
    cluster.pods = [...siblings, { ...still, isReady: true }];
    expect(await start().result).toMatchObject({
      kind: 'unhealthy',
      detail: expect.stringContaining('the fault is still there: OOMKilled'),
    });
  });

  it('while Prometheus still confirms a fault of the workload', async () => {
    const checks = [{ promql: { query: 'errors{workload="{{workload}}"} > 5' } }];
    const prometheus = { query: async () => [7] };
    const health = await start({}, { checks }, { prometheus }).result;
    expect(health).toMatchObject({ kind: 'unhealthy', detail: expect.stringContaining('the fault is still there') });
  });

  it('while Prometheus sees the fault now, however long it must last before an act', async () => {
    const checks = [{ promql: { query: 'up{job={{labels.job}}} == 0', for: 600_000 } }];
    const asked: unknown[] = [];
    const query = async (...question: unknown[]) => {
      asked.push(question);
      return [0];
    };
    const health = await start({}, { checks, labels: { job: 'api' } }, { prometheus: { query } }).result;
    expect(health).toMatchObject({ kind: 'unhealthy', detail: expect.stringContaining('the fault is still there') });
    expect(asked[0]).toEqual(['up{job="api"} == 0', {}]);
  });

  it('while the node of the pod that showed the fault still does', async () => {
    const conditions = [{ type: 'MemoryPressure', status: 'True', reason: '', message: '' }];
    cluster.nodes = [aNode({ conditions })];
    cluster.pods = [...siblings, aPod()];
    const checks: WaitForHealthyInput['checks'] = [{ nodeCondition: { type: 'MemoryPressure', status: 'True' } }];
    expect(await start({}, { checks }).result).toMatchObject({
      ...{ kind: 'unhealthy', detail: expect.stringContaining('MemoryPressure is True') },
    });
    cluster.pods = [...siblings, aPod({ name: 'checkout-4', nodeName: 'node-2' })];
    expect(await start({}, { checks }).result).toMatchObject({ kind: 'healthy' });
  });

  it('at once when the rollout gives up', async () => {
    script = {
      3: () => cluster.putWorkload(aWorkload({ progressFailure: 'exceeded its progress deadline' })),
    };
    expect(await start().result).toMatchObject({
      kind: 'unhealthy',
      detail: expect.stringContaining('progress deadline'),
    });
    expect(secondsPassed()).toBe(3);
  });

  it('naming the API server when that never answered', async () => {
    cluster.before = () => {
      timeMs += 1_000;
      throw new MendflowError('CLUSTER_UNAVAILABLE', 'connection refused');
    };
    const health = await start().result;
    expect(health).toMatchObject({ evidence: ['could not be read: connection refused'] });
  });
});

describe('waitForHealthy across worker restarts', () => {
  it('tells its memory with every heartbeat', async () => {
    const { result, heartbeats } = start();
    await result;
    expect(heartbeats.at(-1)).toMatchObject({ startedAtMs: nowMs, healthySinceMs: nowMs + 1_000 });
  });

  it('goes on with the window it had', async () => {
    const window: StableWindow = {
      startedAtMs: nowMs - 10_000,
      healthySinceMs: nowMs - 4_500,
      restarts: { 'uid-checkout-2': 0, 'uid-checkout-3': 0, 'uid-checkout-4': 0 },
      findings: [],
    };
    expect(await start({ attempt: 2, heartbeatDetails: window }).result).toMatchObject({ kind: 'healthy' });
    expect(secondsPassed()).toBe(1);
  });

  it('counts its time from the first attempt', async () => {
    cluster.put(anOomKilledPod('checkout-4'));
    const first = { attempt: 2, scheduledTimestampMs: nowMs - 19_500 };
    expect(await start(first).result).toMatchObject({ kind: 'unhealthy' });
    expect(secondsPassed()).toBe(1);
  });
});

describe('a pod that the API server refuses after the act', () => {
  const refusal = { reason: 'FailedCreate', note: 'pods "db-1" is forbidden: exceeded quota: q', count: 4 };
  const set = aWorkload({ ref: { ...aWorkload().ref, kind: 'StatefulSet' } });
  const short = { replicas: 2, updated: 2, ready: 2, available: 2 };
  const target = { ...aTarget(), workload: set.ref };
  const act = { target, actedAtMs: nowMs, before: { desired: 3, notReady: 0, generation: set.generation } };
  beforeEach(() => {
    cluster.workloads = [{ ...set, counts: short }];
    cluster.pods = siblings;
  });

  it('is told in the server’s words where only an event of the controller has them', async () => {
    cluster.events = [
      { ...refusal, note: 'an older one', atMs: nowMs + 1 },
      { ...refusal, atMs: nowMs + 5_000 },
    ];
    expect(await start({}, act).result).toMatchObject({
      kind: 'unhealthy',
      detail: `not healthy within 20s: 2 of 3 pods are ready: FailedCreate: ${refusal.note}`,
    });
  });

  it('is not told by an event from before the act, and events that cannot be read are named', async () => {
    cluster.events = [{ ...refusal, atMs: nowMs - 600_000 }];
    expect(await start({}, act).result).toMatchObject({ detail: 'not healthy within 20s: 2 of 3 pods are ready' });
    cluster.listEvents = () => Promise.reject(new MendflowError('PERMISSION_DENIED', 'events is forbidden'));
    timeMs = nowMs;
    expect(await start({}, act).result).toMatchObject({
      detail: 'not healthy within 20s: 2 of 3 pods are ready (its events cannot be read: events is forbidden)',
    });
  });
});

describe('waitForHealthy ends without a verdict', () => {
  it.each([
    ['TARGET_GONE', []],
    ['TARGET_REPLACED', [aWorkload({ ref: { ...aWorkload().ref, uid: 'uid-new' } })]],
  ] as const)('with %s', async (code, workloads) => {
    cluster.workloads = [...workloads];
    await expect(start().result).rejects.toMatchObject({ code });
  });

  it('with PERMISSION_DENIED, which waiting does not mend', async () => {
    cluster.before = () => {
      throw new MendflowError('PERMISSION_DENIED', 'no');
    };
    await expect(start().result).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });

  it('when it is cancelled', async () => {
    const waiting = start();
    script = { 2: waiting.cancel };
    await expect(waiting.result).rejects.toMatchObject({ name: 'CancelledFailure' });
  });
});
