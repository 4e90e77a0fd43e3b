import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Fault, injectFault, removeFault } from '../../sandbox/faults.ts';
import { freePort } from '../../sandbox/free-port.ts';
import { type KubernetesApi, type KubernetesObject, openKubeconfig } from '../../sandbox/kubernetes-api.ts';
import { eventually } from '../../sandbox/process.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { allParts, partServers } from '../../sandbox/start-parts.ts';
import { describeWith } from '../support/with-servers.ts';

interface Pod extends KubernetesObject {
  metadata: KubernetesObject['metadata'] & { uid: string };
  status: {
    conditions?: { type: string; status: string }[];
    containerStatuses?: {
      restartCount: number;
      state: { waiting?: { reason: string } };
      lastState: { terminated?: { reason: string; exitCode: number } };
    }[];
  };
}

interface Node extends KubernetesObject {
  status: { daemonEndpoints: { kubeletEndpoint: { Port: number } } };
}

interface Delivery {
  authorization: string | undefined;
  alerts: { status: string; labels: Record<string, string> }[];
}

let sandbox: Sandbox;
let admin: KubernetesApi;
let webhook: Server;
const deliveries: Delivery[] = [];
const token = 'token-of-the-webhook';

beforeAll(async () => {
  webhook = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const { alerts } = JSON.parse(body) as Pick<Delivery, 'alerts'>;
      deliveries.push({ authorization: request.headers.authorization, alerts });
      response.end();
    });
  });
  const port = await freePort();
  await new Promise<void>((resolve) => webhook.listen(port, '127.0.0.1', resolve));
  sandbox = await startSandbox({
    parts: allParts,
    optional: { monitoring: 'its tests are skipped.' },
    ...{ audit: true, cluster: 'test', webhook: { url: `http://127.0.0.1:${port}/webhook`, token } },
  });
  admin = openKubeconfig(sandbox.kubernetes.adminKubeconfig);
  await admin.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }]);
}, 120_000);

afterAll(async () => {
  await admin?.close();
  await sandbox?.stop();
  webhook?.closeAllConnections();
  await new Promise((resolve) => webhook?.close(resolve));
}, 60_000);

const podsOf = async (app: string) => {
  const path = `/api/v1/namespaces/shop/pods?labelSelector=app%3D${app}`;
  return (await admin.call<{ items: Pod[] }>('GET', path)).items;
};

const isReady = (pod: Pod) => pod.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');

/** Whether the app has so many pods, all of them ready, within 20 s. */
const becomesReady = (app: string, count: number) =>
  eventually(async () => {
    const pods = await podsOf(app);
    return pods.length === count && pods.every(isReady);
  }, 20_000);

async function aDeployment(app: string, replicas = 3): Promise<Pod[]> {
  const template = {
    metadata: { labels: { app } },
    spec: { containers: [{ name: 'app', image: `${app}:1` }] },
  };
  await admin.apply([
    {
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: app, namespace: 'shop' } },
      spec: { replicas, selector: { matchLabels: { app } }, template },
    },
  ]);
  expect(await becomesReady(app, replicas)).toBe(true);
  return podsOf(app);
}

const evict = (api: KubernetesApi, pod: string) =>
  api.call('POST', `/api/v1/namespaces/shop/pods/${pod}/eviction`, {
    type: 'application/json',
    content: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod, namespace: 'shop' } },
  });

const breakPod = (pod: Pod | undefined, fault: Fault) =>
  injectFault(sandbox.kubernetes.adminKubeconfig, { namespace: 'shop', pod: pod?.metadata.name ?? '' }, fault);

/** The first container of the pod, once the fault shows. */
async function shown(name: string | undefined, app: string) {
  let found: Pod | undefined;
  const isBroken = await eventually(async () => {
    found = (await podsOf(app)).find((pod) => pod.metadata.name === name);
    return found !== undefined && !isReady(found);
  }, 10_000);
  expect(isBroken).toBe(true);
  return found?.status.containerStatuses?.[0];
}

describe('a simulated pod', () => {
  it('shows each fault as a kubelet would, and is healed by being replaced', async () => {
    const pods = await aDeployment('checkout', 6);
    const faults: [Fault, object][] = [
      [
        'crash-loop',
        { state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 1 } } },
      ],
      [
        'crash-at-start',
        { lastState: { terminated: { exitCode: 1, startedAt: expect.any(String), finishedAt: expect.any(String) } } },
      ],
      ['oom-killed', { lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } } }],
      ['image-pull', { state: { waiting: { reason: 'ImagePullBackOff' } } }],
      ['config-error', { state: { waiting: { reason: 'CreateContainerConfigError' } } }],
      ['not-ready', { ready: false, state: { running: {} } }],
    ];
    for (const [index, [fault, status]] of faults.entries()) {
      await breakPod(pods[index], fault);
      expect(await shown(pods[index]?.metadata.name, 'checkout')).toMatchObject(status);
    }
    for (const pod of pods) await evict(admin, pod.metadata.name);
    expect(await becomesReady('checkout', 6)).toBe(true);
  }, 60_000);

  it('restarts again and again in a crash loop', async () => {
    const [pod] = await aDeployment('restarting', 1);
    await breakPod(pod, 'crash-loop');
    const restarts = async () => (await podsOf('restarting'))[0]?.status.containerStatuses?.[0]?.restartCount ?? 0;
    expect(await eventually(async () => (await restarts()) >= 3, 10_000)).toBe(true);
  }, 30_000);

  it('recovers by itself when its fault is taken away, and keeps its restarts', async () => {
    const [pod] = await aDeployment('recovering', 1);
    await breakPod(pod, 'crash-loop');
    await shown(pod?.metadata.name, 'recovering');
    await removeFault(sandbox.kubernetes.adminKubeconfig, { namespace: 'shop', pod: pod?.metadata.name ?? '' });
    expect(await becomesReady('recovering', 1)).toBe(true);
    expect((await podsOf('recovering'))[0]?.status.containerStatuses?.[0]?.restartCount).toBeGreaterThan(0);
  }, 30_000);

  it('is broken again after each replacement when the fault is in the template', async () => {
    await aDeployment('hopeless', 2);
    const target = { namespace: 'shop', deployment: 'hopeless' };
    await injectFault(sandbox.kubernetes.adminKubeconfig, target, 'crash-loop');
    const broken = async () => (await podsOf('hopeless')).find((pod) => pod.status.conditions && !isReady(pod));
    expect(await eventually(async () => (await broken()) !== undefined, 10_000)).toBe(true);
    const first = await broken();
    await evict(admin, first?.metadata.name ?? '');
    const isBrokenAgain = async () => {
      const next = await broken();
      return next !== undefined && next.metadata.uid !== first?.metadata.uid;
    };
    expect(await eventually(isBrokenAgain, 10_000)).toBe(true);
  }, 30_000);

  it('runs in one of two zones', async () => {
    const { items } = await admin.call<{ items: KubernetesObject[] }>('GET', '/api/v1/nodes');
    const zones = items.map(({ metadata }) => metadata.labels?.['topology.kubernetes.io/zone']);
    expect(new Set(zones)).toEqual(new Set(['zone-a', 'zone-b']));
  });

  it('has logs', async () => {
    const [pod] = await aDeployment('talking', 1);
    const path = `/api/v1/namespaces/shop/pods/${pod?.metadata.name}/log?tailLines=1`;
    expect(await admin.call<string>('GET', path)).toContain('cannot allocate');
  }, 30_000);
});

describe('a sandbox that is started again with its data', () => {
  it('has logs again: its nodes name the port at which they are read now', async () => {
    const dataFolder = mkdtempSync(join(tmpdir(), 'mendflow-test-'));
    try {
      for (const _time of ['first', 'second']) {
        const again = await startSandbox({ dataFolder, parts: ['kubernetes', 'kwok'] });
        const api = openKubeconfig(again.kubernetes.adminKubeconfig);
        try {
          const { items } = await api.call<{ items: Node[] }>('GET', '/api/v1/nodes');
          const ports = items.map(({ status }) => String(status.daemonEndpoints.kubeletEndpoint.Port));
          expect(new Set(ports)).toEqual(new Set([new URL(again.kwok.url).port]));
        } finally {
          await api.close();
          await again.stop();
        }
      }
    } finally {
      rmSync(dataFolder, { recursive: true });
    }
  }, 120_000);
});

describe('the worker', () => {
  it('may do what the actions declare, and neither delete workloads nor read secrets', async () => {
    const [pod] = await aDeployment('guarded', 1);
    const worker = openKubeconfig(sandbox.kubernetes.kubeconfig('worker'));
    try {
      const path = '/apis/apps/v1/namespaces/shop/deployments/guarded';
      await expect(worker.call('DELETE', path)).rejects.toThrow('403');
      await expect(worker.call('GET', '/api/v1/secrets')).rejects.toThrow('403');
      await evict(worker, pod?.metadata.name ?? '');
    } finally {
      await worker.close();
    }
    const log = readFileSync(sandbox.kubernetes.auditLog ?? '', 'utf8');
    const acts = log
      .trim()
      .split('\n')
      .map(
        (line) =>
          JSON.parse(line) as { user: { username: string }; verb: string; objectRef?: { subresource?: string } },
      )
      .filter(({ user, verb }) => user.username === 'mendflow-worker' && verb === 'create');
    expect(acts.map(({ objectRef }) => objectRef?.subresource)).toEqual(['eviction']);
  }, 30_000);
});

describeWith(partServers.monitoring, 'monitoring', () => {
  it('measures a leak and delivers its alert with the token', async () => {
    const [pod] = await aDeployment('leaking', 1);
    await breakPod(pod, 'memory-leak');
    const delivered = () =>
      deliveries.find(({ alerts }) =>
        alerts.some(({ labels }) => labels.alertname === 'MemoryLeakDetected' && labels.pod === pod?.metadata.name),
      );
    expect(await eventually(() => Promise.resolve(delivered() !== undefined), 30_000)).toBe(true);
    expect(delivered()?.authorization).toBe(`Bearer ${token}`);
    expect(delivered()?.alerts[0]?.labels).toMatchObject({ namespace: 'shop', severity: 'warning', cluster: 'test' });
  }, 60_000);
});

describe('a server', () => {
  it.each(['temporal', 'kube-apiserver', 'etcd', 'kwok'])(
    '%s comes back after kill -9 on its port, with its data',
    async (name) => {
      await sandbox.kill(name);
      expect(sandbox.process(name).isRunning).toBe(false);
      await sandbox.restart(name);
      const found = eventually(async () => (await admin.call('GET', '/api/v1/namespaces/shop')) !== undefined, 20_000);
      expect(await found).toBe(true);
    },
    60_000,
  );
});
