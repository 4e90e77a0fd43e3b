import { beforeEach, describe, expect, it } from '@jest/globals';
import { verify } from '../../activities/verify.ts';
import { aContainer, agoMs, anOomKilledPod, aPod, aTarget, aWorkload, threePods } from './support/builders.ts';
import { anAlert, depsOf } from './support/cluster-deps.ts';
import { TestCluster } from './support/test-cluster.ts';

let cluster: TestCluster;
beforeEach(() => {
  cluster = new TestCluster();
  cluster.put(anOomKilledPod());
});

describe('verify, of the health of a workload,', () => {
  it('says how the workload was before anything was done', async () => {
    const counts = { replicas: 3, updated: 3, ready: 1, available: 1 };
    cluster.putWorkload(aWorkload({ counts }));
    expect(await verify(depsOf(cluster), { alert: anAlert() })).toMatchObject({
      ...{ kind: 'actionable', before: { desired: 3, notReady: 1, generation: 2 } },
    });
  });

  it('says recovered when no more pods are missing than before the run did anything', async () => {
    cluster.pods = [...threePods().slice(1), aPod({ isReady: false })];
    cluster.putWorkload(aWorkload({ counts: { replicas: 3, updated: 3, ready: 2, available: 2 } }));
    const before = { desired: 3, notReady: 1, generation: 2 };
    const again = { alert: anAlert(), previous: aTarget() };
    expect(await verify(depsOf(cluster), { ...again, before })).toMatchObject({
      kind: 'recovered',
      detail: expect.stringContaining(
        '2 of 3 pods of the workload are ready; the others are excused: not ready before, new, or at most 1 in 100',
      ),
    });
    expect(await verify(depsOf(cluster), again)).toMatchObject({ reason: 'faultGone' });
  });

  it('does not act on a kill from before a step gave the pod more memory, and on one since', async () => {
    const [killed] = anOomKilledPod().containers;
    const state = { kind: 'running' as const, startedAtMs: agoMs(15) };
    cluster.put(aPod({ containers: [{ ...aContainer(), ...killed, isReady: true, state }] }));
    const raisedAt = (secondsAgo: number, uid = 'uid-checkout-1') => {
      const pod = { name: 'checkout-1', uid, atMs: agoMs(secondsAgo) };
      const mark = { container: 'app', from: { limit: '64Mi' }, to: { limit: '96Mi' }, pod, token: 'run-1.0.0' };
      cluster.putWorkload(aWorkload({ annotations: { 'mendflow.dev/memory-raised': JSON.stringify(mark) } }));
      return verify(depsOf(cluster), { alert: anAlert() });
    };
    expect(await raisedAt(9)).toMatchObject({ kind: 'recovered' });
    expect(await raisedAt(60)).toMatchObject({ kind: 'actionable' });
    expect(await raisedAt(9, 'uid-before')).toMatchObject({ kind: 'actionable' });
  });

  it('refuses a workload that is scaled to zero, which is not healthy but not there', async () => {
    const counts = { replicas: 0, updated: 0, ready: 0, available: 0 };
    cluster.putWorkload(aWorkload({ desired: 0, counts }));
    cluster.pods = [];
    const alert = anAlert({ namespace: 'shop', deployment: 'checkout' });
    expect(await verify(depsOf(cluster), { alert })).toMatchObject({
      ...{ kind: 'notActionable', reason: 'targetGone' },
      detail: 'Deployment shop/checkout wants no pod: it is scaled to zero',
    });
  });

  it('says of a DaemonSet without a node that it has none, not that it is scaled', async () => {
    const ref = { kind: 'DaemonSet', namespace: 'shop', name: 'logs', uid: 'uid-logs' };
    const counts = { replicas: 0, updated: 0, ready: 0, available: 0 };
    cluster.workloads = [aWorkload({ ref, desired: 0, counts })];
    cluster.pods = [];
    const alert = anAlert({ namespace: 'shop', daemonset: 'logs' });
    expect(await verify(depsOf(cluster), { alert })).toMatchObject({
      ...{ kind: 'notActionable', reason: 'targetGone' },
      detail: 'DaemonSet shop/logs wants no pod: it has no node to run on',
    });
  });
});

describe('verify, of a workload that a person took out while a run listens for its end,', () => {
  const again = { alert: anAlert(), previous: aTarget() };
  const labels = { 'mendflow.dev/remediation': 'disabled' };

  it('refuses it while it shows the fault, and says recovered when it is well', async () => {
    cluster.putWorkload(aWorkload({ labels, counts: { replicas: 3, updated: 3, ready: 2, available: 2 } }));
    expect(await verify(depsOf(cluster), again)).toMatchObject({ kind: 'notActionable', reason: 'optedOut' });
    cluster.pods = threePods();
    cluster.putWorkload(aWorkload({ labels }));
    expect(await verify(depsOf(cluster), again)).toMatchObject({ kind: 'recovered', reason: 'workloadHealthy' });
  });

  it('refuses it as taken out while it is not healthy yet, though the fault is gone', async () => {
    cluster.pods = [aPod({ isReady: false }), ...threePods().slice(1)];
    cluster.putWorkload(aWorkload({ labels, counts: { replicas: 3, updated: 3, ready: 2, available: 2 } }));
    expect(await verify(depsOf(cluster), again)).toMatchObject({ kind: 'notActionable', reason: 'optedOut' });
  });

  it('says that it is gone when it is scaled to zero', async () => {
    const counts = { replicas: 0, updated: 0, ready: 0, available: 0 };
    cluster.putWorkload(aWorkload({ labels, desired: 0, counts }));
    cluster.pods = [];
    expect(await verify(depsOf(cluster), again)).toMatchObject({ kind: 'notActionable', reason: 'targetGone' });
  });

  it('refuses it at the first look whatever its health', async () => {
    cluster.pods = threePods();
    cluster.putWorkload(aWorkload({ labels }));
    const alert = anAlert({ namespace: 'shop', deployment: 'checkout' });
    expect(await verify(depsOf(cluster), { alert })).toMatchObject({ kind: 'notActionable', reason: 'optedOut' });
  });
});
