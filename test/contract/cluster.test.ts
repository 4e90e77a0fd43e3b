import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectCluster } from '../../activities/kubernetes/client.ts';
import { basePermissions } from '../../activities/kubernetes/permissions.ts';
import type { Cluster } from '../../activities/kubernetes/port.ts';
import type { Pod } from '../../domain/pod.ts';
import { writeKubeconfig } from '../../sandbox/credentials.ts';
import { codeOf } from './support/cases.ts';
import { namespace, type RawObject, startWorld, until, type World } from './support/world.ts';

let world: World;
let reader: Cluster;
beforeAll(async () => {
  world = await startWorld();
  reader = await world.clusterAs('reader', basePermissions);
}, 60_000);
afterAll(async () => {
  await world.stop();
});

async function firstPod(app: string): Promise<Pod> {
  const [raw] = await world.pods(app);
  const pod = await reader.getPod(namespace, raw?.metadata.name ?? '');
  if (pod === undefined) throw new Error(`no pod of ${app}`);
  return pod;
}

async function ready(kind: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'ReplicaSet', app: string) {
  await world.deploy(kind, app);
  await until(`${app} is ready`, async () => {
    const pods = await world.pods(app);
    const isReady = ({ status }: RawObject) =>
      status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
    return pods.length >= 3 && pods.every(isReady);
  });
}

describe('reading with nothing but the base permissions', () => {
  it('finds a namespace with its labels, and nothing where there is nothing', async () => {
    expect(await reader.getNamespace(namespace)).toEqual({
      labels: expect.objectContaining({ 'kubernetes.io/metadata.name': namespace }),
    });
    expect(await reader.getPod(namespace, 'nothing-here')).toBe(undefined);
    expect(await reader.getWorkload('Deployment', namespace, 'nothing-here')).toBe(undefined);
  });

  it.each(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'] as const)(
    'finds a %s, healthy, with exactly its own pods',
    async (kind) => {
      const app = `read-${kind.toLowerCase()}`;
      await ready(kind, app);
      const workload = await reader.getWorkload(kind, namespace, app);
      if (workload === undefined) throw new Error('not found');
      const pods = await reader.listPodsOf(workload);
      expect(pods).toHaveLength(kind === 'DaemonSet' ? 4 : 3);
      expect(pods.every(({ ref, isReady }) => isReady && ref.name.startsWith(app))).toBe(true);
    },
  );

  it('does not count a pod that only the selector matches', async () => {
    await ready('Deployment', 'mixed');
    const metadata = { name: 'stray', namespace, labels: { app: 'mixed' } };
    const spec = { containers: [{ name: 'app', image: 'example.invalid/app:1' }] };
    await world.api.apply([{ apiVersion: 'v1', kind: 'Pod', metadata, spec }]);
    const workload = await reader.getWorkload('Deployment', namespace, 'mixed');
    if (workload === undefined) throw new Error('not found');
    expect(await world.pods('mixed')).toHaveLength(4);
    expect(await reader.listPodsOf(workload)).toHaveLength(3);
  });

  it('does not find the pods of a workload of the same name before it', async () => {
    await ready('ReplicaSet', 'reborn');
    const workload = await reader.getWorkload('ReplicaSet', namespace, 'reborn');
    if (workload === undefined) throw new Error('not found');
    const earlier = { ...workload, ref: { ...workload.ref, uid: '00000000-0000-4000-8000-000000000000' } };
    expect(await reader.listPodsOf(earlier)).toEqual([]);
  });

  it('reads the log of a container, cut to its last bytes', async () => {
    await ready('Deployment', 'talks');
    const pod = await firstPod('talks');
    const log = await reader.podLog(pod.ref, { container: 'app', previous: false, maxBytes: 40 });
    expect(Buffer.byteLength(log)).toBe(40);
    expect(log).toContain('cannot allocate');
  });

  it('may not evict, restart or write anything but events', async () => {
    await ready('Deployment', 'safe');
    const pod = await firstPod('safe');
    const workload = await reader.getWorkload('Deployment', namespace, 'safe');
    if (workload === undefined) throw new Error('not found');
    const evict = reader.evictPod(pod.ref, { gracePeriodSeconds: 0, dryRun: false });
    expect(await codeOf(evict)).toBe('PERMISSION_DENIED');
    const restart = reader.restartWorkload(workload.ref, { token: 't', atMs: 0, dryRun: false });
    expect(await codeOf(restart)).toBe('PERMISSION_DENIED');
  });
});

describe('our events', () => {
  it('stand on the object, once for each key', async () => {
    await ready('Deployment', 'told');
    const workload = await reader.getWorkload('Deployment', namespace, 'told');
    if (workload === undefined) throw new Error('not found');
    const event = {
      regarding: workload.ref,
      reason: 'RemediationStarted',
      type: 'Normal' as const,
      note: 'n',
      key: 'k',
    };
    await reader.recordEvent({ ...event, atMs: Date.now() });
    await reader.recordEvent({ ...event, atMs: Date.now() + 5_000 });
    const lines = await reader.listEvents(workload.ref);
    expect(lines.filter(({ reason }) => reason === 'RemediationStarted')).toEqual([
      { atMs: expect.any(Number), reason: 'RemediationStarted', note: 'n', count: 1 },
    ]);
    const pod = await firstPod('told');
    await reader.recordEvent({ ...event, regarding: pod.ref, atMs: Date.now() });
    expect((await reader.listEvents(pod.ref)).map(({ reason }) => reason)).toContain('RemediationStarted');
  });
});

describe('connecting', () => {
  it('refuses a kubeconfig that is not there, and a context that it lacks', () => {
    const kubeconfig = world.sandbox.kubernetes.adminKubeconfig;
    const invalid = expect.objectContaining({ code: 'INVALID_CONFIG' });
    expect(() => connectCluster({ kubeconfig: `${kubeconfig}.missing` })).toThrow(invalid);
    expect(() => connectCluster({ kubeconfig, context: 'elsewhere' })).toThrow(invalid);
  });

  it('ends with CLUSTER_UNAVAILABLE while the API server is down, and goes on when it is back', async () => {
    await world.sandbox.kill('kube-apiserver', 'SIGKILL');
    expect(await codeOf(reader.getNamespace(namespace))).toBe('CLUSTER_UNAVAILABLE');
    await world.sandbox.restart('kube-apiserver');
    await until('the API server answers', async () => (await reader.getNamespace(namespace)) !== undefined);
  }, 60_000);

  it('is refused without a valid token', async () => {
    const { server, caFile } = world.sandbox.kubernetes;
    const file = `${world.sandbox.dataFolder}/stranger.kubeconfig`;
    const kubeconfig = writeKubeconfig(file, { cluster: 'sandbox', server, caFile, user: 'stranger', token: 'wrong' });
    const stranger = connectCluster({ kubeconfig });
    expect(await codeOf(stranger.getNamespace(namespace))).toBe('PERMISSION_DENIED');
    await stranger.close();
  });
});
