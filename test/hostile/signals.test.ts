import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { guardSignals, guardWorkflowId, humanMessages, signals } from '../../domain/run/contract.ts';
import { anAlertWith, deliver } from '../support/product/alerts.ts';
import { writesOf } from '../support/product/audit.ts';
import { type Product, startProduct } from '../support/product/index.ts';
import { aPolicyFor } from '../support/product/policies.ts';
import { ask, liveWhen, reportOf, tell } from '../support/product/runs.ts';
import { until } from '../support/product/until.ts';
import { createBroken, createNamespaces } from '../support/product/workloads.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct({ policies: [aPolicyFor('Crash', { mode: 'Approve' })] });
  await createNamespaces(product.admin, ['shop']);
}, 180_000);
afterAll(() => product?.stop(), 60_000);

/** Arguments of a signal that nobody of ours sends; the first is `temporal workflow signal` without `--input`. */
const garbage: unknown[][] = [
  [],
  [null],
  ['resume'],
  [42, 43],
  [[[[]]]],
  [{}],
  [{ id: null, who: { toString: 1 }, at: 'never', startsAt: 7, receivedAt: [], requestId: {} }],
  [{ id: 'x'.repeat(20_000), who: '\u0000\u202e', why: ['y'], at: '9999-99-99', digest: [], signature: 0 }],
  [JSON.parse('{"__proto__":{"isAdmin":true},"constructor":{"prototype":{}},"sinceMs":1e999}')],
];

/** A payload of an encoding that nobody of ours knows. */
const undecodable = { metadata: { encoding: Buffer.from('binary/unheard-of') }, data: Buffer.from('x') };

/** Sends every garbage under every name. */
async function pelt(workflowId: string, names: readonly string[]): Promise<void> {
  const { workflow, workflowService, options } = product.temporal;
  const handle = workflow.getHandle(workflowId);
  const raw = { namespace: options.namespace, workflowExecution: { workflowId }, input: { payloads: [undecodable] } };
  for (const signalName of names) {
    await Promise.all(garbage.map((args) => handle.signal(signalName, ...args)));
    await workflowService.signalWorkflowExecution({ ...raw, signalName });
  }
}

/** How many workflow tasks failed: one that fails is tried again for ever, and the workflow is dead. */
async function failedTasks(workflowId: string): Promise<number> {
  const { events } = await product.temporal.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).filter((event) => event.workflowTaskFailedEventAttributes).length;
}

describe('somebody who can signal to Temporal and sends garbage', () => {
  it('stops no guard: it still pauses, resumes and grants nothing by it', async () => {
    const id = guardWorkflowId('sandbox');
    const isPaused = async () => (await ask(product.url, '/v1/guard')).body.isPaused;
    expect(await ask(product.url, '/v1/guard/pause', { why: 'before the attack' })).toMatchObject({ status: 200 });
    await pelt(id, [...Object.values(guardSignals), 'noSuchSignal']);
    // Whatever was garbage, the pause of a person stands; a resume of a person is heeded.
    expect(await isPaused()).toBe(true);
    await until('the guard is resumed', async () => {
      const { status } = await ask(product.url, '/v1/guard/resume', {});
      return status === 200 && (await isPaused()) === false;
    });
    expect(await failedTasks(id)).toBe(0);
  }, 60_000);

  it('ends no run, approves nothing, and the answer of a person still counts', async () => {
    const pod = await createBroken(product.sandbox, product.admin, { namespace: 'shop', name: 'checkout' });
    const fault = anAlertWith({ alertname: 'Crash', namespace: 'shop', pod });
    expect(await deliver(product.url, [fault])).toMatchObject({ status: 202 });
    const isAsking = () => liveWhen(product.url, fault.id, ({ phase }) => phase === 'AwaitingApproval');
    await isAsking();
    // `abort`, `reject` and `takeOver` of anybody who can signal end a run on purpose: they make it do less.
    const harmless = ['abort', 'reject', 'takeOver'];
    const names = [...Object.values(signals), ...humanMessages.filter((name) => !harmless.includes(name))];
    await pelt(fault.id, [...names, 'noSuchSignal']);
    await isAsking();
    expect(writesOf(product.auditLog).filter(({ isDryRun }) => !isDryRun)).toEqual([]);
    expect(await failedTasks(fault.id)).toBe(0);
    expect(await tell(product.url, fault.id, 'abort', { note: 'enough' })).toMatchObject({ status: 200 });
    expect(await reportOf(product.temporal, fault.id)).toMatchObject({ outcome: 'aborted' });
  }, 60_000);
});
