import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RemediationReport } from '../../../domain/run/outcome.ts';
import type { AuditedRequest } from '../../../sandbox/audit-log.ts';
import { type AlertUnderTest, anAlertWith, deliver } from '../../support/product/alerts.ts';
import { isRead, workerRequests } from '../../support/product/audit.ts';
import { type Product, startProduct } from '../../support/product/index.ts';
import { aPolicyFor } from '../../support/product/policies.ts';
import { reportOf } from '../../support/product/runs.ts';
import { breakOnePod, createNamespaces, createWorkload } from '../../support/product/workloads.ts';

/** What each namespace rehearses: what its policy says, and what the namespace itself allows at most. */
const rehearsals = {
  'observe-evict': { mode: 'Observe' },
  'observe-restart': { mode: 'Observe', steps: [{ rolloutRestart: {} }] },
  // A policy that does not say its mode.
  'observe-unsaid': { mode: undefined },
  'observe-here': { mode: 'Auto', allowed: 'Observe' },
  // Its Pod Security level refuses every fresh pod.
  'observe-closed': { mode: 'Observe' },
  'observe-misspelt': { mode: 'Auto', allowed: 'auto' },
  'dry-evict': { mode: 'DryRun' },
  'dry-restart': { mode: 'DryRun', steps: [{ rolloutRestart: {} }] },
  'dry-blocked': { mode: 'DryRun' },
  'dry-here': { mode: 'Auto', allowed: 'DryRun' },
} as const satisfies Record<string, { mode: string | undefined; allowed?: string; steps?: object[] }>;
type Rehearsal = keyof typeof rehearsals;
const names = Object.keys(rehearsals) as Rehearsal[];

const policies = names.map((name) => {
  const { allowed, ...said } = { allowed: undefined, ...rehearsals[name] };
  return aPolicyFor(`Crash-${name}`, { scope: { namespaces: [name] }, ...said });
});

let product: Product;
let alerts: Record<Rehearsal, AlertUnderTest>;
let reports: Record<Rehearsal, RemediationReport>;
let before: string[];
let asked: AuditedRequest[];

interface Whole {
  items: { metadata: { name: string; namespace: string; uid: string; generation: number }; spec: unknown }[];
}

/** Every pod and every workload as it is wanted: who it is, and what is asked of it. */
async function wanted(): Promise<string[]> {
  const paths = names.flatMap((name) => [
    `/api/v1/namespaces/${name}/pods`,
    ...['deployments', 'statefulsets'].map((kind) => `/apis/apps/v1/namespaces/${name}/${kind}`),
  ]);
  const lists = await Promise.all(paths.map((path) => product.admin.call<Whole>('GET', path)));
  return lists.flatMap(({ items }) =>
    items.map(({ metadata, spec }) => `${metadata.namespace}/${metadata.name} ${metadata.uid} ${JSON.stringify(spec)}`),
  );
}

async function allowAtMost(name: Rehearsal): Promise<void> {
  const { allowed } = { allowed: undefined, ...rehearsals[name] };
  if (allowed === undefined) return;
  const content = { metadata: { annotations: { 'mendflow.dev/mode': allowed } } };
  await product.admin.call('PATCH', `/api/v1/namespaces/${name}`, { type: 'application/merge-patch+json', content });
}

async function aFault(name: Rehearsal): Promise<AlertUnderTest> {
  const place = { namespace: name, name: 'web' };
  await createWorkload(product.admin, place, { kind: name.endsWith('restart') ? 'StatefulSet' : 'Deployment' });
  const pod = await breakOnePod(product.sandbox, product.admin, place);
  return anAlertWith({ alertname: `Crash-${name}`, namespace: name, pod });
}

const recordOf = async <T>(each: (name: Rehearsal) => Promise<T>) =>
  Object.fromEntries(await Promise.all(names.map(async (name) => [name, await each(name)]))) as Record<Rehearsal, T>;

beforeAll(async () => {
  product = await startProduct({ policies });
  await createNamespaces(product.admin, names);
  await recordOf(allowAtMost);
  alerts = await recordOf(aFault);
  const metadata = { name: 'web', namespace: 'dry-blocked' };
  const spec = { minAvailable: 3, selector: { matchLabels: { app: 'web' } } };
  await product.admin.apply([{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata, spec }]);
  const content = { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } };
  await product.admin.call('PATCH', '/api/v1/namespaces/observe-closed', {
    type: 'application/merge-patch+json',
    content,
  });
  before = await wanted();
  await deliver(product.url, Object.values(alerts));
  reports = await recordOf((name) => reportOf(product.temporal, alerts[name].id));
  asked = workerRequests(product.auditLog).filter((request) => !isRead(request));
}, 120_000);

afterAll(() => product?.stop(), 60_000);

describe('over a whole batch of alerts where policies or namespaces only allow to rehearse', () => {
  it('each run says what it would have done', () => {
    const isDry = (name: Rehearsal) => name.startsWith('dry-');
    for (const name of names) {
      const action = name.endsWith('restart') ? 'rolloutRestart' : 'evictPod';
      expect(reports[name]).toMatchObject({
        outcome: 'notActionable',
        reason: isDry(name) ? 'dryRunOnly' : 'observeOnly',
        summary: expect.stringContaining(`would have taken ${action}`),
        steps: isDry(name) ? [{ action, result: 'dryRun' }] : [],
      });
    }
  });

  it('where the pod could not come back, Observe says so in the API server’s words', () => {
    expect(reports['observe-closed']).toMatchObject({
      wouldHave: { action: 'evictPod', verdict: 'deny', reason: 'notReplaceable' },
      summary: expect.stringContaining('violates PodSecurity'),
    });
    expect(reports['observe-evict']).toMatchObject({ wouldHave: { action: 'evictPod', verdict: 'grant' } });
  });

  it('the API server was asked to change nothing but with dryRun=All, once for each that rehearses so', () => {
    const changes = asked.filter(({ resource }) => resource !== 'events');
    expect(changes.filter(({ isDryRun }) => !isDryRun)).toEqual([]);
    expect(
      changes.map(({ namespace, verb, resource, code }) => `${namespace}: ${verb} ${resource} ${code}`).toSorted(),
    ).toEqual([
      'dry-blocked: create pods/eviction 429',
      'dry-evict: create pods/eviction 201',
      'dry-here: create pods/eviction 201',
      'dry-restart: patch statefulsets 200',
    ]);
  });

  it('beside that it only wrote Events of its own', async () => {
    const events = asked.filter(({ resource }) => resource === 'events');
    expect(new Set(events.map(({ verb, code }) => `${verb} ${code}`))).toEqual(new Set(['create 201']));
    const theirs = await product.admin.call<{ items: { reportingController: string; reason: string }[] }>(
      'GET',
      '/apis/events.k8s.io/v1/events',
    );
    const ours = theirs.items.filter(({ reportingController }) => reportingController === 'mendflow.dev/worker');
    expect(ours).toHaveLength(events.length);
    expect(new Set(ours.map(({ reason }) => reason))).toEqual(new Set(['RemediationSkipped']));
  });

  it('every pod and every workload is what it was before', async () => {
    expect(await wanted()).toEqual(before);
  });
});
