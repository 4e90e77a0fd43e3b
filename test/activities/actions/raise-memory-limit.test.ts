import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ActionContext } from '../../../activities/actions/define-action.ts';
import raiseMemoryLimit from '../../../activities/actions/raise-memory-limit.ts';
import type { Container, Pod } from '../../../domain/target/pod.ts';
import type { ObjectRef } from '../../../domain/target/target.ts';
import { anActionContext } from '../support/action-context.ts';
import { aContainer, agoMs, anActionAlert, anOomKilledPod, aPod, aWorkload } from '../support/builders.ts';
import { TestCluster } from '../support/test-cluster.ts';

const killed = { kind: 'terminated' as const, reason: 'OOMKilled', exitCode: 137, finishedAtMs: agoMs(60) };
const limits = { memoryLimit: '64Mi', appliedMemoryLimit: '64Mi' };
const runsAgain = (changes: Partial<Container> = {}): Container =>
  aContainer({ ...limits, restarts: 3, lastTermination: killed, ...changes });
const workload = aWorkload({ containers: [{ name: 'app', image: 'app:1', memoryLimit: '64Mi' }] });

let cluster: TestCluster;
/** What the kubelet makes of a resize. */
let kubelet: (pod: Pod, limit: string) => Pod;
beforeEach(() => {
  cluster = new TestCluster();
  kubelet = (pod, appliedMemoryLimit) => withContainers(pod, (one) => ({ ...one, appliedMemoryLimit }));
  cluster.resizePod = async ({ ref }, { container, to, dryRun }) => {
    cluster.calls.push(`resizePod ${ref.name} ${container} ${to.limit}${dryRun ? ' dry' : ''}`);
    const [pod] = cluster.pods.filter((other) => other.ref.uid === ref.uid);
    if (dryRun || pod === undefined) return;
    const asked = withContainers(pod, (one) => (one.name === container ? { ...one, memoryLimit: to.limit } : one));
    cluster.put(kubelet(asked, to.limit));
  };
});

const withContainers = (pod: Pod, change: (container: Container) => Container): Pod => ({
  ...pod,
  containers: pod.containers.map(change),
});
const writes = () => cluster.calls.filter((call) => /^(change|resize)/.test(call) && !call.endsWith('dry'));

function raise(pod: Pod, given: { params?: object; context?: Partial<ActionContext>; ref?: ObjectRef } = {}) {
  cluster.pods = [pod];
  cluster.workloads = [workload];
  const context = { ...anActionContext(cluster), target: workload, pod: pod.ref, ...given.context };
  return raiseMemoryLimit.run({ ...context, askedAtMs: agoMs(0) }, { atMost: '1Gi', ...given.params });
}

describe('raiseMemoryLimit', () => {
  it('raises the running container in its pod, and is done when the node says so', async () => {
    const { summary } = await raise(aPod({ containers: [runsAgain()] }));
    expect(summary).toBe('raised the memory limit of app in pod shop/checkout-1, which runs on, from 64Mi to 96Mi');
    expect(writes()).toEqual(['changeWorkload checkout mark', 'resizePod checkout-1 app 96Mi']);
  });

  it('changes the template, and not the pod, for a container in its back-off', async () => {
    const pod = withContainers(anOomKilledPod(), (one) => ({ ...one, ...limits }));
    const { summary } = await raise(pod);
    expect(summary).toBe(
      'raised the memory limit of app in Deployment shop/checkout from 64Mi to 96Mi; not in place: container app does not run, and only a running one is resized',
    );
    expect(writes()).toEqual(['changeWorkload checkout memory app 96Mi']);
  });

  it.each([
    ['the node has no room for it', { type: 'PodResizePending', reason: 'Deferred' }],
    ['the node can never give it', { type: 'PodResizePending', reason: 'Infeasible' }],
  ])('changes the template where %s', async (_, condition) => {
    kubelet = (pod) => ({ ...pod, conditions: [{ status: 'True', message: 'no memory', ...condition }] });
    const { summary } = await raise(aPod({ containers: [runsAgain()] }));
    expect(summary).toContain(`${condition.reason}: no memory`);
    expect(writes().at(-1)).toBe('changeWorkload checkout memory app 96Mi');
  });

  it('changes the template where the container ended while it was resized, whatever the node says', async () => {
    kubelet = (pod, appliedMemoryLimit) =>
      withContainers(pod, (one) => ({ ...one, appliedMemoryLimit, state: { kind: 'running', startedAtMs: agoMs(0) } }));
    expect((await raise(aPod({ containers: [runsAgain()] }))).summary).toContain('did not run on');
    expect(writes().at(-1)).toBe('changeWorkload checkout memory app 96Mi');
  });

  it('raises the injected container that was OOMKilled, in its pod alone', async () => {
    const containers = [aContainer(limits), runsAgain({ name: 'istio-proxy', memoryLimit: '128Mi' })];
    const { summary } = await raise(aPod({ containers }));
    expect(summary).toContain('raised the memory limit of istio-proxy in pod shop/checkout-1');
    expect(writes()).toEqual(['changeWorkload checkout mark', 'resizePod checkout-1 istio-proxy 192Mi']);
  });

  it('raises no other container where the injected one that was OOMKilled is down', async () => {
    const [down] = anOomKilledPod().containers;
    const proxy = { ...runsAgain(), ...down, name: 'istio-proxy', memoryLimit: '128Mi' };
    await expect(raise(aPod({ isReady: false, containers: [aContainer(limits), proxy] }))).rejects.toMatchObject({
      code: 'NOT_APPLICABLE',
      message: expect.stringContaining(
        'container istio-proxy is not in its template: raise its limit where it is injected',
      ),
    });
    expect(writes()).toEqual([]);
  });

  it('raises the container that the alert names, and not the exporter’s own', async () => {
    const containers = [aContainer(limits), aContainer({ ...limits, name: 'sidecar' })];
    const labels = { job: 'kube-state-metrics', container: 'app', exported_container: 'sidecar' };
    await raise(aPod({ containers }), { context: { alert: { ...anActionAlert, labels } } });
    expect(writes().at(-1)).toBe('resizePod checkout-1 sidecar 96Mi');
  });

  it('is not repeated, and is proven anew, when its first answer was lost', async () => {
    const pod = aPod({ containers: [runsAgain({ memoryLimit: '96Mi', appliedMemoryLimit: '96Mi' })] });
    const noted = { name: pod.ref.name, uid: pod.ref.uid, runsSinceMs: agoMs(3_600) };
    const mark = { container: 'app', from: { limit: '64Mi' }, to: { limit: '96Mi' }, pod: noted, token: 'run-1.0.0' };
    const target = { ...workload, annotations: { 'mendflow.dev/memory-raised': JSON.stringify(mark) } };
    const { token } = mark;
    expect(await raise(pod, { context: { target, token } })).toMatchObject({ changed: false });
    expect(writes()).toEqual([]);
    const started = { kind: 'running' as const, startedAtMs: agoMs(5) };
    await raise(
      withContainers(pod, (one) => ({ ...one, state: started })),
      { context: { target, token } },
    );
    expect(writes()).toEqual(['changeWorkload checkout memory app 96Mi']);
  });

  it('says of a workload that is gone that it is gone, not that it was replaced', async () => {
    const down = aPod({ containers: [aContainer({ ...limits, state: { kind: 'waiting', reason: '', message: '' } })] });
    cluster.before = (call) => {
      if (call.startsWith('getWorkload')) cluster.workloads = [];
    };
    await expect(raise(down)).rejects.toMatchObject({
      code: 'TARGET_GONE',
      message: 'Deployment shop/checkout is gone',
    });
  });

  it('proposes a change of the template for no other container than was OOMKilled', () => {
    const patch = (containers: Container[]) =>
      raiseMemoryLimit.patch(workload, { atMost: '1Gi' }, { pod: aPod({ containers }), nowMs: agoMs(0) });
    expect(patch([runsAgain()])).toContain('- name: app\n          resources:\n            limits: { memory: 96Mi }');
    const proxy = runsAgain({ name: 'istio-proxy', memoryLimit: '128Mi' });
    expect(patch([aContainer(limits), proxy])).toBeUndefined();
  });

  it('writes nothing in a dry run', async () => {
    await raise(aPod({ containers: [runsAgain()] }), { context: { dryRun: true } });
    expect(writes()).toEqual([]);
  });
});
