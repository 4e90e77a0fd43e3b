import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { openTransport } from '../../activities/kubernetes/client.ts';
import {
  type PolicyResource,
  type PolicyStatus,
  policyResources,
} from '../../activities/kubernetes/policy-resources.ts';
import type { Transport } from '../../activities/kubernetes/transport.ts';
import { loadConfig } from '../../config/config.ts';
import { createLogger } from '../../telemetry/log.ts';
import { createMetrics } from '../../telemetry/metrics.ts';
import { followClusterPolicies } from '../../worker/policies/cluster-policies.ts';
import { openPolicySource, type Policies } from '../../worker/policy-source.ts';
import { aPolicyDocument } from '../support/builders.ts';
import { type PolicyCluster, policiesPath, readyMade, startPolicyCluster } from '../support/policy-cluster.ts';
import { until } from '../support/product/until.ts';

let cluster: PolicyCluster;
let kubeconfig: string;
let policies: Policies | undefined;
const metrics = createMetrics({ withProcess: false });
const log = createLogger({ level: 'silent', name: 'test' });

beforeAll(async () => {
  cluster = await startPolicyCluster();
  kubeconfig = await cluster.sourceKubeconfig();
}, 120_000);
async function closeSource(): Promise<void> {
  await policies?.close();
  policies = undefined;
}
afterEach(closeSource);
afterAll(() => cluster?.stop(), 60_000);

/** As a worker does, with the rights of one. */
async function open(): Promise<Policies> {
  const env = { KUBECONFIG: kubeconfig, MENDFLOW_POLICY_SOURCE: 'crd' };
  policies = await openPolicySource(loadConfig({ env }), { log, metrics }, async () => undefined);
  return policies;
}
const names = () => policies?.current().map(({ metadata }) => metadata.name) ?? [];
const priorityOf = (name: string) => policies?.current().find(({ metadata }) => metadata.name === name)?.spec.priority;

const apply = (name: string, spec: Record<string, unknown> = {}) =>
  cluster.admin.call('PATCH', `${policiesPath}/${name}?fieldManager=test&force=true`, {
    ...{ type: 'application/apply-patch+yaml', content: aPolicyDocument(spec, name) },
  });
const remove = (name: string) => cluster.admin.call('DELETE', `${policiesPath}/${name}`);
const read = (name: string) =>
  cluster.admin.call<{ metadata: { resourceVersion: string; generation: number }; status?: PolicyStatus }>(
    'GET',
    `${policiesPath}/${name}`,
  );
const conditionOf = async (name: string, wanted: string) =>
  (await read(name)).status?.conditions?.find(({ type }) => type === wanted);
const becomes = (name: string, type: string, reason: string) =>
  until(`${name} is ${reason}`, async () => (await conditionOf(name, type))?.reason === reason);

/** The API server takes it; only we know that it cannot be read, or that nobody has this name. */
const unreadable = { match: { alerts: ['alertname MemoryLeak'] } };

it('the source does not open in a cluster that does not know the resource, and says what to apply', async () => {
  const { transport, close } = openTransport({ kubeconfig });
  const vocabulary = { actions: [], receivers: [] };
  const silent = () => undefined;
  const events = { loaded: silent, refused: silent, standing: silent, contact: silent, unreachable: silent };
  await expect(followClusterPolicies(policyResources(transport), vocabulary, events, 1_000)).rejects.toMatchObject({
    ...{ code: 'INVALID_CONFIG', message: expect.stringContaining('apply deploy/crd/remediationpolicies.yaml') },
  });
  await close();
  await cluster.install();
});

describe('the policies of the cluster', () => {
  beforeAll(async () => {
    for (const policy of readyMade()) await cluster.create(policy);
  });

  it('are in force, and say so in their status', async () => {
    await open();
    expect(names()).toEqual(['crash-loop', 'memory-leak']);
    await becomes('crash-loop', 'Ready', 'InForce');
    const { status, metadata } = await read('crash-loop');
    expect(status).toMatchObject({
      observedGeneration: metadata.generation,
      inForce: { generation: metadata.generation },
    });
    expect(await conditionOf('crash-loop', 'Accepted')).toMatchObject({ status: 'True' });
    expect(await conditionOf('crash-loop', 'Paused')).toMatchObject({ status: 'False' });
  });

  it('are followed: made, changed, deleted and made again', async () => {
    await open();
    await apply('followed', { priority: 1 });
    await until('it is there', async () => priorityOf('followed') === 1);
    await apply('followed', { priority: 2 });
    await until('the change is seen', async () => priorityOf('followed') === 2);
    await remove('followed');
    await until('it is gone', async () => priorityOf('followed') === undefined);
    await apply('followed', { priority: 3 });
    await until('it is back', async () => priorityOf('followed') === 3);
    expect(priorityOf('followed')).toBe(3);
    await remove('followed');
  });

  it('keep their last good generation when a change is refused, even for a worker that starts later', async () => {
    await open();
    await apply('edited', { priority: 1 });
    await becomes('edited', 'Ready', 'InForce');
    await apply('edited', { priority: 2, ...unreadable, escalation: [{ notify: ['nobody'] }] });
    await becomes('edited', 'Ready', 'EarlierInForce');
    const { message } = (await conditionOf('edited', 'Accepted')) ?? {};
    expect(message).toMatch(/spec\.match\.alerts\.0: .*is not a matcher.*\n.*receiver nobody is not configured/);
    expect(priorityOf('edited')).toBe(1);
    expect(await metrics.registry.metrics()).toContain('mendflow_policies_stale 1');

    await closeSource();
    await open();
    expect(priorityOf('edited')).toBe(1);

    await apply('edited', { priority: 4 });
    await becomes('edited', 'Ready', 'InForce');
    expect(priorityOf('edited')).toBe(4);
    expect(await metrics.registry.metrics()).toContain('mendflow_policies_stale 0');
    await remove('edited');
  });

  it('are never in force with a fault from the start, and hold up nobody else', async () => {
    await open();
    await apply('faulty', unreadable);
    await becomes('faulty', 'Ready', 'NotInForce');
    expect(names()).toEqual(['crash-loop', 'memory-leak']);
    await remove('faulty');
  });

  it('have their status written only when it changes', async () => {
    await open();
    await apply('quiet');
    await becomes('quiet', 'Ready', 'InForce');
    const before = (await read('quiet')).metadata.resourceVersion;
    await apply('other');
    await becomes('other', 'Ready', 'InForce');
    expect((await read('quiet')).metadata.resourceVersion).toBe(before);
    await Promise.all(['quiet', 'other'].map(remove));
  });

  it('count what they drove, together with what was counted before', async () => {
    await apply('counted');
    for (let worker = 0; worker < 2; worker += 1) {
      const opened = await open();
      opened.count('counted', 'matched');
      opened.count('counted', 'acted');
      await closeSource();
    }
    const { status } = await read('counted');
    expect(status).toMatchObject({ matched: 2, acted: 2, lastMatchedAt: expect.stringMatching(/Z$/) });
    await remove('counted');
  });

  it('stay in force while the API server is away, and follow it when it is back', async () => {
    await open();
    await cluster.sandbox.kill('kube-apiserver');
    expect(names()).toEqual(['crash-loop', 'memory-leak']);
    await cluster.sandbox.restart('kube-apiserver');
    await until('the API server takes it', () => apply('later').then(() => true));
    await until('it is seen', async () => names().includes('later'), 30_000);
    await becomes('later', 'Ready', 'InForce');
    await remove('later');
  }, 120_000);
});

describe('a watch from a version that the API server has forgotten', () => {
  it('is followed by a new list and a new watch', async () => {
    const { transport, close } = openTransport({ kubeconfig });
    const versions: unknown[] = [];
    const old: Transport = {
      ...transport,
      lines(call, until) {
        versions.push(call.query?.resourceVersion);
        const resourceVersion = versions.length === 1 ? '1' : call.query?.resourceVersion;
        return transport.lines({ ...call, query: { ...call.query, resourceVersion } }, until);
      },
    };
    const lists: string[][] = [];
    const seen: string[] = [];
    const troubles: string[] = [];
    const following = policyResources(old).follow({
      replaced: (all: PolicyResource[]) => lists.push(all.map(({ name }) => name)),
      set: ({ name }) => seen.push(name),
      gone: ({ name }) => seen.push(`-${name}`),
      trouble: ({ code }) => troubles.push(code),
    });
    await until('it watches again', async () => versions.length === 2);
    await apply('after');
    await until('the change is seen', async () => seen.includes('after'));
    expect(lists).toEqual([
      ['crash-loop', 'memory-leak'],
      ['crash-loop', 'memory-leak'],
    ]);
    expect(troubles).toEqual([]);
    await following.close();
    await close();
    await remove('after');
  });
});

interface AuditLine {
  user: { username: string };
  verb: string;
  objectRef?: { resource?: string; subresource?: string };
}

it('the source has used exactly the rights that it declares, and they were enough for all of this', async () => {
  const lines = readFileSync(cluster.sandbox.kubernetes.auditLog ?? '', 'utf8')
    .trim()
    .split('\n');
  const ours = lines
    .map((line) => JSON.parse(line) as AuditLine)
    // The version of the server is nobody's resource.
    .filter(({ user, objectRef }) => user.username.endsWith(':policy-source') && objectRef?.resource !== undefined);
  const used = ours.map(({ verb, objectRef }) =>
    `${verb} ${objectRef?.resource} ${objectRef?.subresource ?? ''}`.trim(),
  );
  expect([...new Set(used)].sort()).toEqual([
    'list remediationpolicies',
    'patch remediationpolicies status',
    'watch remediationpolicies',
  ]);
});
