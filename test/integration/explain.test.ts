import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import type { Explanation } from '../../domain/analysis/explain.ts';
import { rules } from '../../domain/guard/rules/index.ts';
import { eventually } from '../../sandbox/process.ts';
import { FakeTerminal, mendflow, spawnedMendflow } from '../cli/support/command-line.ts';
import { personToken } from '../support/api.ts';
import { type AlertUnderTest, anAlertWith, deliver } from '../support/product/alerts.ts';
import { writesOf } from '../support/product/audit.ts';
import { type Product, startProduct } from '../support/product/index.ts';
import { aPolicyFor } from '../support/product/policies.ts';
import { ask, reportOf } from '../support/product/runs.ts';
import { breakOnePod, createBroken, createNamespaces } from '../support/product/workloads.ts';

const watched = aPolicyFor('Watched', { mode: 'Observe', priority: 50 });
const crash = aPolicyFor('Crash', { guards: { cooldown: '5m', maxUnhealthy: '100%', holdAtMost: '10s' } });
const checkout = { namespace: 'shop', name: 'checkout' };

let product: Product;
let pod: string;
let folder: string;

beforeAll(async () => {
  product = await startProduct({ policies: [crash, watched] });
  await createNamespaces(product.admin, ['shop']);
  pod = await createBroken(product.sandbox, product.admin, checkout);
  folder = mkdtempSync(join(tmpdir(), 'mendflow-explain-'));
}, 180_000);

afterAll(async () => {
  if (folder !== undefined) rmSync(folder, { recursive: true });
  await product?.stop();
}, 60_000);

const person = () => ({ MENDFLOW_SERVER: product.url, MENDFLOW_TOKEN: personToken });

/** A command line of a person who has a token. */
const run = (args: string) => mendflow(args, Object.assign(new FakeTerminal(), { env: person(), clockMs: Date.now() }));

/** In a process of its own, where workflows can run. */
const backtest = (args: string) => spawnedMendflow(`backtest ${args}`, person());

/** Delivers the alert; resolves with what its run came to, once the list knows of it. */
async function healed(alert: AlertUnderTest) {
  expect(await deliver(product.url, [alert])).toMatchObject({ status: 202 });
  const report = await reportOf(product.temporal, alert.id);
  const query = `WorkflowId = '${alert.id}' AND Phase = 'Closed'`;
  const isListed = async () => (await product.temporal.workflow.count(query)).count > 0;
  expect(await eventually(isListed, 10_000)).toBe(true);
  return report;
}

const crashOf = (name: string) => anAlertWith({ alertname: 'Crash', namespace: 'shop', pod: name });
const watchedOf = (name: string) => anAlertWith({ alertname: 'Watched', namespace: 'shop', pod: name });
const explain = async (labels: Record<string, string>) =>
  (await ask(product.url, '/v1/policies/explain', { alert: { labels } })).body as unknown as Explanation;

describe('before anything was done', () => {
  // A guard that has just begun first looks for the memory of the one before it.
  beforeAll(async () => {
    const isRestored = async () => 'leases' in (await ask(product.url, '/v1/guard')).body;
    expect(await eventually(isRestored, 20_000)).toBe(true);
  }, 30_000);

  it('an alert is explained by a live look, and nothing is changed by it', async () => {
    const look = await explain(crashOf(pod).item.labels);
    expect(look).toMatchObject({
      ...{ cluster: 'sandbox', policy: 'crash', judgement: { kind: 'actionable', detail: 'CrashLoopBackOff' } },
      losers: [{ policy: 'watched', why: 'alertname="Watched" does not match' }],
      modes: { policy: 'Auto', namespace: 'Auto', configuration: 'Auto' },
      checks: [{ result: 'holds', evidence: expect.stringContaining('container app') }],
    });
    expect(look.found?.chain).toEqual([
      `Pod ${pod}`,
      expect.stringMatching(/^ReplicaSet checkout-/),
      'Deployment checkout',
    ]);
    expect(look.guards.map(({ guard }) => guard)).toEqual(rules.map(({ name }) => name));
    expect(look.guards.filter(({ rejection }) => rejection !== undefined)).toEqual([]);
    expect(look.would).toMatch(new RegExp(`^It would evictPod on shop/${pod}`));
    expect(writesOf(product.auditLog)).toEqual([]);
    expect((await ask(product.url, '/v1/guard')).body).toMatchObject({ leases: [], acts: [], storm: { alerting: 0 } });
    expect((await ask(product.url, '/v1/remediations')).body).toEqual({ runs: [] });
  }, 30_000);

  it('the mode of the namespace counts where it is the strictest', async () => {
    const path = '/api/v1/namespaces/shop';
    const annotate = (mode: string | null) =>
      product.admin.call('PATCH', path, {
        type: 'application/merge-patch+json',
        content: { metadata: { annotations: { 'mendflow.dev/mode': mode } } },
      });
    await annotate('Approve');
    const { out } = await run(`explain alertname=Crash namespace=shop pod=${pod}`);
    await annotate(null);
    expect(out).toContain('Ladder (mode Approve, set by namespace; policy Auto; configuration Auto):');
    expect(out.split('\n').at(-1)).toMatch(/^Would: {2}It would ask a person for 15m at most/);
  }, 30_000);

  it('an alert of a cluster without a worker is answered within ten seconds, with what to do', async () => {
    const { code, err } = await run('explain alertname=Crash namespace=shop pod=x cluster=prod');
    expect(code).toBe(1);
    expect(err).toContain('No worker of the cluster prod took it up in time.');
    expect(err).toContain('mendflow serve worker');
  }, 30_000);
});

describe('after an act', () => {
  beforeAll(async () => {
    expect(await healed(watchedOf(pod))).toMatchObject({ reason: 'observeOnly', wouldHave: { verdict: 'grant' } });
    expect(await healed(crashOf(pod))).toMatchObject({ outcome: 'remediated', recorded: { look: { mode: 'Auto' } } });
  }, 120_000);

  it('the alert of the run is explained as if it came now', async () => {
    const { out } = await run(`explain --run ${crashOf(pod).id} -o json`);
    expect(JSON.parse(out)).toMatchObject({ policy: 'crash', judgement: { reason: 'targetGone' }, notFound: {} });
  }, 30_000);

  it('a guard that holds for longer than the policy waits makes a run ask a person', async () => {
    const next = await breakOnePod(product.sandbox, product.admin, checkout);
    const { guards: opinions, would } = await explain(crashOf(next).item.labels);
    const objecting = opinions.filter(({ rejection }) => rejection !== undefined);
    expect(objecting).toMatchObject([{ guard: 'cooldown', rejection: { kind: 'hold', reason: 'coolingDown' } }]);
    expect(would).toMatch(
      /^It would ask a person for help \(heldTooLong\): coolingDown: remediated .* ago; its cooldown/,
    );
  }, 60_000);

  it('each policy’s report says what it did or would have done', async () => {
    const did = await run('report crash --since 1h');
    expect(did.out).toContain(
      'acted in 1 run on shop/Deployment/checkout (1): evictPod (1); 1 of 1 (100 %) ended healthy',
    );
    const would = await run('report watched --since 1h');
    expect(would.out).toContain(
      'watched (Observe in its latest run) would have acted once on shop/Deployment/checkout (1), by evictPod',
    );
  }, 30_000);

  it('the same policies decide the recorded runs the same', async () => {
    const { code, out } = await backtest(`${product.policyFolder} --since 1h`);
    expect(code).toBe(0);
    expect(out.split('\n').at(-1)).toBe(
      '2 runs: acted 1 (was 1); observed 1 (was 1); refused 0 (was 0); different 0; not verifiable 0',
    );
  }, 30_000);

  it('changed policies decide otherwise, and each difference is listed with its reason', async () => {
    const stricter = { ...crash, spec: { ...crash.spec, verify: [{ podCondition: { reason: 'OOMKilled' } }] } };
    const bolder = { ...watched, spec: { ...watched.spec, mode: 'Auto' } };
    const file = join(folder, 'changed.yaml');
    writeFileSync(file, `${stringify(stricter)}---\n${stringify(bolder)}`);
    const { out } = await backtest(`${file} --since 1h`);
    expect(out).toMatch(/watched: would evictPod \(granted\) +watched: evictPod/);
    expect(out).toMatch(
      /crash: evictPod +crash: nothing \(faultGone\) +the recorded observation does not show OOMKilled/,
    );
    expect(out).toContain('different 2; not verifiable 0');
  }, 30_000);
});
