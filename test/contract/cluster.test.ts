import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectCluster, openTransport } from '../../activities/kubernetes/client.ts';
import { openLightTransport } from '../../activities/kubernetes/light-transport.ts';
import { missingRights } from '../../activities/kubernetes/own-rights.ts';
import { basePermissions } from '../../activities/kubernetes/permissions.ts';
import type { Cluster } from '../../activities/kubernetes/port.ts';
import { actionRights, rightsParts } from '../../activities/rights-parts.ts';
import { missingInWords, neededRights } from '../../domain/analysis/rights.ts';
import type { Pod } from '../../domain/target/pod.ts';
import { auditedRequests } from '../../sandbox/audit-log.ts';
import { writeKubeconfig } from '../../sandbox/credentials.ts';
import { aPolicy } from '../activities/support/cluster-deps.ts';
import { codeOf } from './support/cases.ts';
import { type Bench, portCases } from './support/cluster-cases.ts';
import { realBench } from './support/real-bench.ts';
import { refusals } from './support/refusals.ts';
import { shippedRights } from './support/shipped-rights.ts';
import {
  corePath,
  kubeconfigOf,
  namespace,
  type RawObject,
  startWorld,
  tokenOf,
  until,
  type World,
} from './support/world.ts';

let world: World;
let reader: Cluster;
let bench: Bench;
beforeAll(async () => {
  world = await startWorld();
  bench = realBench(world);
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

describe('the port over a real API server', () => {
  portCases(() => bench);
});

describe('reading with nothing but the base permissions', () => {
  it('reads the log of a container, cut to its last bytes', async () => {
    await bench.ready('Deployment', 'talks');
    const pod = await firstPod('talks');
    const log = (await reader.podLog(pod.ref, { container: 'app', previous: false, maxBytes: 40 })) ?? '';
    expect(Buffer.byteLength(log)).toBe(40);
    expect(log).toContain('cannot allocate');
  });

  it('may not evict, restart or write anything but events', async () => {
    await bench.ready('Deployment', 'safe');
    const pod = await firstPod('safe');
    const workload = await reader.getWorkload('Deployment', namespace, 'safe');
    if (workload === undefined) throw new Error('not found');
    const evict = reader.evictPod(pod.ref, { gracePeriodSeconds: 0, dryRun: false });
    expect(await codeOf(evict)).toBe('PERMISSION_DENIED');
    const restart = reader.restartWorkload(workload.ref, { token: 't', atMs: 0, dryRun: false });
    expect(await codeOf(restart)).toBe('PERMISSION_DENIED');
  });
});

describe('what the cluster refuses', () => {
  refusals(() => world);

  it('is told in its own words where a quota refuses it, and not as a missing right', async () => {
    const metadata = { name: 'full', namespace: 'full' };
    const hard = { 'count/jobs.batch': '0' };
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard } };
    await world.api.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'full' } }, quota]);
    const content = { status: { hard, used: hard } };
    const path = '/api/v1/namespaces/full/resourcequotas/full/status';
    await world.api.call('PATCH', path, { type: 'application/merge-patch+json', content });
    const limits = { cpu: '10m', memory: '16Mi', timeoutSeconds: 5, ttlSeconds: 60, dryRun: false };
    const task = {
      ...limits,
      namespace: 'full',
      name: 'work',
      token: 't',
      image: 'a:1',
      command: [],
      args: [],
      env: {},
    };
    await expect(world.cluster.startTask(task)).rejects.toMatchObject({
      code: 'ADMISSION_REFUSED',
      message: expect.stringContaining('exceeded quota: full, requested: count/jobs.batch=1'),
    });
  });

  it('is known at start-up, by the rights that an account has', async () => {
    const kubeconfig = `${world.sandbox.dataFolder}/reader.kubeconfig`;
    const { transport, close } = openTransport({ kubeconfig });
    const policies = [aPolicy({ steps: [{ evictPod: {} }] })];
    const { base, nodes } = rightsParts;
    const needs = neededRights({ policies, mode: 'Auto', base, nodes, actions: actionRights });
    expect(missingInWords(await missingRights(transport, needs))).toEqual([
      'in namespace shop: create pods/eviction, create pods (deploy/rbac/evict-pod.yaml)',
    ]);
    await close();
  });
});

describe('the files of deploy/rbac', () => {
  shippedRights(() => world);
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

  it('is let in when its token was replaced: the token file is read again, and the call is sent once more', async () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'bound', namespace } };
    await world.api.apply([secret]);
    const bound = await world.api.call<RawObject>('GET', corePath('secrets', 'bound'));
    const tokenFile = `${world.sandbox.dataFolder}/rotated.token`;
    writeFileSync(tokenFile, await tokenOf(world, 'reader', bound));
    const kubeconfig = await kubeconfigOf(world, 'reader', { tokenFile });
    const light = await openLightTransport({ kubeconfig });
    const byLibrary = connectCluster({ kubeconfig });
    const readBoth = async () => {
      const read = await light.transport.json({ method: 'GET', path: `/api/v1/namespaces/${namespace}` });
      return [read, await byLibrary.getNamespace(namespace)];
    };
    await readBoth();

    await world.api.call('DELETE', corePath('secrets', 'bound'));
    writeFileSync(tokenFile, await tokenOf(world, 'reader'));
    // Otherwise the API server goes on to take the old token for ten seconds.
    await world.sandbox.kill('kube-apiserver', 'SIGKILL');
    await world.sandbox.restart('kube-apiserver');
    const before = auditedRequests(world.sandbox.kubernetes.auditLog ?? '').length;
    expect(await readBoth()).toEqual([
      expect.objectContaining({ kind: 'Namespace' }),
      expect.objectContaining({ labels: expect.objectContaining({ 'kubernetes.io/metadata.name': namespace }) }),
    ]);
    const asked = auditedRequests(world.sandbox.kubernetes.auditLog ?? '').slice(before);
    const reads = asked.filter(({ uri }) => uri === `/api/v1/namespaces/${namespace}`);
    expect(reads.map(({ code }) => code)).toEqual([401, 200, 401, 200]);
    await Promise.all([light.close(), byLibrary.close()]);
  }, 60_000);

  it('is refused without a valid token', async () => {
    const { server, caFile } = world.sandbox.kubernetes;
    const file = `${world.sandbox.dataFolder}/stranger.kubeconfig`;
    const kubeconfig = writeKubeconfig(file, { cluster: 'sandbox', server, caFile, user: 'stranger', token: 'wrong' });
    const stranger = connectCluster({ kubeconfig });
    expect(await codeOf(stranger.getNamespace(namespace))).toBe('CREDENTIALS_REFUSED');
    await stranger.close();
  });
});
