import { beforeEach, describe } from '@jest/globals';
import { deploy } from '../../../simulation/cluster/deploy.ts';
import { keyOf } from '../../../simulation/cluster/records.ts';
import { SimulatedCluster } from '../../../simulation/cluster/simulated-cluster.ts';
import { Clock } from '../../../simulation/temporal/clock.ts';
import { type Bench, portCases } from '../../contract/support/cluster-cases.ts';
import { startMs } from '../support/open-server.ts';

/** What a real cluster does within its deadline, the simulated one does within this much virtual time. */
const withinMs = 300_000;

describe('the port over the simulated cluster', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = openBench();
  });
  portCases(() => bench);
});

function openBench(): Bench {
  const clock = new Clock(startMs);
  const cluster = new SimulatedCluster(clock);
  const { store } = cluster;
  for (const name of ['n1', 'n2', 'n3', 'n4']) store.addNode(name);
  return {
    cluster,
    async ready(kind, name) {
      deploy(store, { kind, namespace: 'shop', name });
    },
    async stray(app) {
      const [record] = store.podsUnder(`shop/Deployment/${app}`);
      if (record === undefined) throw new Error(`no pod of ${app}`);
      const { owner: _, ...pod } = record.base;
      store.addPod({ ...record, base: { ...pod, ref: { ...pod.ref, name: 'stray', uid: 'uid-stray' } } });
    },
    async job(name, outcome) {
      const ref = { kind: 'Job', namespace: 'shop', name, uid: store.names.uid() };
      const times = { createdAtMs: clock.nowMs, takesMs: 0, ended: outcome };
      store.jobs.set(keyOf(ref), { ref, labels: {}, annotations: {}, completions: 1, origin: keyOf(ref), ...times });
    },
    async autoscaler(app) {
      store.autoscalers.push({
        ...{ labels: {}, annotations: {}, min: 1, max: 3, current: 3, desired: 3, conditions: [] },
        ref: { kind: 'HorizontalPodAutoscaler', namespace: 'shop', name: app, uid: store.names.uid() },
        scales: { apiVersion: 'apps/v1', kind: 'Deployment', name: app },
      });
    },
    async budget(_, app) {
      store.budgets.push({ namespace: 'shop', labels: { app }, minAvailable: 3 });
    },
    async until(what, holds) {
      for (const endMs = clock.nowMs + withinMs; clock.nowMs < endMs; await clock.runUntil(clock.nowMs + 1_000)) {
        if (await holds()) return;
      }
      throw new Error(`not within ${withinMs} ms: ${what}`);
    },
  };
}
