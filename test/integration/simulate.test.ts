import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auditedRequests } from '../../sandbox/audit-log.ts';
import { components } from '../../sandbox/credentials.ts';
import { type KubernetesApi, openKubeconfig } from '../../sandbox/kubernetes-api.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { createBroken, createNamespaces } from '../support/product/workloads.ts';

const root = join(import.meta.dirname, '..', '..');

let sandbox: Sandbox;
let admin: KubernetesApi;
let pod: string;

beforeAll(async () => {
  sandbox = await startSandbox({ audit: true, parts: ['kubernetes', 'kwok'] });
  admin = openKubeconfig(sandbox.kubernetes.adminKubeconfig);
  await createNamespaces(admin, ['shop']);
  pod = await createBroken(sandbox, admin, { namespace: 'shop', name: 'checkout' });
}, 120_000);
afterAll(async () => {
  await admin?.close();
  await sandbox?.stop();
}, 60_000);

/** Simulates the alert about the crashing pod with the worker's own rights. */
function simulate(...args: string[]) {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const labels = ['alertname=MemoryLeakDetected', 'namespace=shop', `pod=${pod}`];
  const words = [
    'simulate',
    ...labels,
    '--kubeconfig',
    sandbox.kubernetes.kubeconfig('worker'),
    '--mode',
    'Auto',
    ...args,
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'cli', 'main.ts'), ...words], {
    cwd: root,
    env,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

interface Objects {
  items: { metadata: { name: string; uid: string; deletionTimestamp?: string } }[];
}
/** Who is there; the node keeps writing the status of the crashing pod. */
const podsThere = async () => {
  const { items } = await admin.call<Objects>('GET', '/api/v1/namespaces/shop/pods');
  return items.map(({ metadata }) => `${metadata.name} ${metadata.uid} ${metadata.deletionTimestamp ?? 'stays'}`);
};

describe('mendflow simulate over a live cluster', () => {
  it('shows the whole ladder of a real workload, and asks the API server for nothing but reads', async () => {
    const before = await podsThere();
    const { status, stdout, stderr } = simulate();
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('Simulated on the live cluster');
    expect(stdout).toMatch(/Ladder: +evictPod \(healthy within 5m\), then rolloutRestart/);
    expect(stdout).toMatch(
      new RegExp(`\\+0s {2}evictPod on Pod shop/${pod}\\n {2}\\+\\d+m {2}rolloutRestart on Deployment shop/checkout`),
    );
    expect(stdout).toMatch(/Outcome: +escalated, waits for a person \(ladderExhausted\)/);

    const asked = auditedRequests(sandbox.kubernetes.auditLog ?? '').filter(
      ({ user }) => user === components.worker.user,
    );
    expect(asked.map(({ resource }) => resource)).toEqual(
      expect.arrayContaining(['nodes', 'namespaces', 'pods', 'replicasets', 'deployments']),
    );
    expect(asked.filter(({ verb }) => verb !== 'get' && verb !== 'list')).toEqual([]);
    expect(await podsThere()).toEqual(before);
  });

  it('shows how the workload would be healed', () => {
    const { status, stdout } = simulate('--remedy', 'heals', '-o', 'json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      source: 'the live cluster',
      runs: [{ outcome: 'remediated', target: { workload: { kind: 'Deployment', name: 'checkout' } } }],
      acts: [{ action: 'evictPod' }],
    });
  });

  it('exits 2 and says so when the kubeconfig has no such context', () => {
    const { status, stdout, stderr } = simulate('--context', 'elsewhere');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('elsewhere');
  });
});
