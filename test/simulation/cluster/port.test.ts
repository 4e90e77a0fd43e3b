import { beforeEach, describe } from '@jest/globals';
import { deploy } from '../../../simulation/cluster/deploy.ts';
import { PretendedCluster } from '../../../simulation/cluster/pretended-cluster.ts';
import { Clock } from '../../../simulation/temporal/clock.ts';
import { type Bench, portCases } from '../../contract/support/cluster-cases.ts';
import { startMs } from '../support/open-server.ts';

/** What a real cluster does within its deadline, the pretended one does within this much virtual time. */
const withinMs = 300_000;

describe('the port over the pretended cluster', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = openBench();
  });
  portCases(() => bench);
});

function openBench(): Bench {
  const clock = new Clock(startMs);
  const cluster = new PretendedCluster(clock);
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
