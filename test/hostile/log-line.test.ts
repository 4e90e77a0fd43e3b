import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anAlertWith, deliver } from '../support/product/alerts.ts';
import { containersSay } from '../support/product/container-log.ts';
import { type Product, startProduct } from '../support/product/index.ts';
import { aPolicyFor } from '../support/product/policies.ts';
import { slowestAnswerMs } from '../support/product/probes.ts';
import { reportOf } from '../support/product/runs.ts';
import { createBroken, createNamespaces } from '../support/product/workloads.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct({ policies: [aPolicyFor('CrashLog')] });
  await createNamespaces(product.admin, ['shop']);
}, 180_000);
afterAll(() => product?.stop(), 60_000);

/** Of a line that is longer than the 16 KiB that are read of a log, a note is kept that it is left out. */
const readWhole = 16_000;

/** Each of them held the worker for minutes, or made it read its text again and again. */
const lines = [
  'token-'.repeat(2_731),
  'password= '.repeat(1_639),
  'key=a/'.repeat(2_731),
  '-----BEGIN '.repeat(1_490),
  '://b:c/'.repeat(2_341),
  '\\'.repeat(16_384),
];

describe('a pod that logs one line of 16 kB of what a secret may begin with', () => {
  it.each(lines)(
    'is remediated as any other, and the worker answers: %#',
    async (line) => {
      containersSay(product.sandbox, [line.slice(0, readWhole)]);
      const name = `checkout-${lines.indexOf(line)}`;
      const pod = await createBroken(product.sandbox, product.admin, { namespace: 'shop', name });
      const fault = anAlertWith({ alertname: 'CrashLog', namespace: 'shop', pod });
      expect(await deliver(product.url, [fault])).toMatchObject({ status: 202 });
      const ended = reportOf(product.temporal, fault.id);
      // The machine is shared. A backtracking scan left every probe without an answer for 90 s.
      expect(await slowestAnswerMs(`${product.workerUrl}/readyz`, ended)).toBeLessThan(2_000);
      const report = await ended;
      expect(report).toMatchObject({ outcome: 'remediated', evidence: { missing: [] } });
      // The line itself was read, and no note stands in its place.
      expect(report.evidence?.logs.app).not.toContain('is left out');
      expect(report.evidence?.logs.app?.length).toBeGreaterThan(0);
      expect(report.evidence?.logs.app?.length).toBeLessThanOrEqual(16_384);
    },
    90_000,
  );

  it('leaves a worker that ends by itself when it is asked to', async () => {
    const { exited } = product.sandbox.process('worker');
    await product.sandbox.kill('worker', 'SIGTERM');
    expect(await exited).toBe('ended with exit code 0');
  }, 60_000);
});
