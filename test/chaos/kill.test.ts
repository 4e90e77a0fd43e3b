import { watch } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AlertUnderTest, anAlertWith, deliver } from '../support/product/alerts.ts';
import { type AnswerHolder, openAnswerHolder } from '../support/product/answer-holder.ts';
import { evictionsOf } from '../support/product/audit.ts';
import { type Product, startProduct } from '../support/product/index.ts';
import { aPolicyFor } from '../support/product/policies.ts';
import { randomFrom } from '../support/product/random.ts';
import { liveWhen, reportOf, runsOf } from '../support/product/runs.ts';
import { until } from '../support/product/until.ts';
import { createBroken, createNamespaces } from '../support/product/workloads.ts';

const seed = Number(process.env.MENDFLOW_CHAOS_SEED ?? Math.floor(Math.random() * 2 ** 31));
const random = randomFrom(seed);

type Victim = 'api' | 'worker' | 'temporal';

/** One fault of its own Deployment. */
interface Patient {
  name: string;
  alert: AlertUnderTest;
}

let product: Product;
let betweenApiAndTemporal: AnswerHolder;

beforeAll(async () => {
  product = await startProduct({
    policies: [aPolicyFor('Crash')],
    apiReachesTemporalAt: async (address) => {
      betweenApiAndTemporal = await openAnswerHolder(address);
      return betweenApiAndTemporal.address;
    },
  });
  await createNamespaces(product.admin, ['shop']);
}, 120_000);

afterAll(async () => {
  await product?.stop();
  await betweenApiAndTemporal?.close();
}, 60_000);

async function aPatient(name: string): Promise<Patient> {
  const pod = await createBroken(product.sandbox, product.admin, { namespace: 'shop', name });
  return { name, alert: anAlertWith({ alertname: 'Crash', namespace: 'shop', pod }) };
}

/** As Alertmanager does: the same body again until it is answered 2xx. */
async function deliverUntilTaken({ alert }: Patient): Promise<void> {
  const isTaken = async () => (await deliver(product.url, [alert])).status === 202;
  await until('the alert is taken', isTaken, 60_000);
}

async function killAndRestart(victims: readonly Victim[]): Promise<void> {
  await Promise.all(victims.map((victim) => product.sandbox.kill(victim)));
  await Promise.all(victims.map((victim) => product.sandbox.restart(victim)));
}

/** One act, one outcome, nothing lost. */
async function isHealedOnce({ name, alert }: Patient): Promise<void> {
  expect(await reportOf(product.temporal, alert.id, 90_000)).toMatchObject({
    outcome: 'remediated',
    steps: [{ action: 'evictPod', result: 'kept' }],
  });
  expect(await runsOf(product.temporal, alert.id)).toBe(1);
  expect(evictionsOf(product.auditLog, name)).toHaveLength(1);
}

const isRunning = async ({ alert }: Patient) =>
  (await product.temporal.workflow.getHandle(alert.id).describe()).status.name === 'RUNNING';

/** Resolves at the moment in which the API server writes down that it evicted a pod of the workload. */
async function evicted({ name }: Patient): Promise<void> {
  const changes = watch(product.auditLog);
  await new Promise<void>((resolve) => {
    changes.on('change', () => evictionsOf(product.auditLog, name).length > 0 && resolve());
  });
  changes.close();
}

describe('kill -9', () => {
  it('of the worker, right after the act on one workload and while it waits for the health of another', async () => {
    const [justActed, waiting] = await Promise.all([aPatient('acted'), aPatient('waiting')]);
    await deliverUntilTaken(waiting);
    await liveWhen(product.url, waiting.alert.id, ({ phase }) => phase === 'AwaitingHealthy');
    const acted = evicted(justActed);
    await deliverUntilTaken(justActed);
    await acted;
    await product.sandbox.kill('worker');
    expect(await Promise.all([justActed, waiting].map(isRunning))).toEqual([true, true]);
    await product.sandbox.restart('worker');
    await Promise.all([justActed, waiting].map(isHealedOnce));
  }, 120_000);

  it('of the api, after Temporal took the alert and before the sender heard of it', async () => {
    const patient = await aPatient('unanswered');
    betweenApiAndTemporal.hold();
    const answer = deliver(product.url, [patient.alert]).catch(() => 'no answer');
    await until('Temporal holds the alert', () => isRunning(patient));
    await product.sandbox.kill('api');
    expect(await answer).toBe('no answer');
    betweenApiAndTemporal.release();
    await product.sandbox.restart('api');
    // Delivered again while the first run is still at work: it joins.
    await deliverUntilTaken(patient);
    await isHealedOnce(patient);
  }, 120_000);
});

describe(`kill -9 at random moments (MENDFLOW_CHAOS_SEED=${seed})`, () => {
  it.each<[string, Victim[]]>([
    ['the worker', ['worker']],
    ['Temporal', ['temporal']],
    ['the api and the worker', ['api', 'worker']],
  ])(
    'of %s, while four workloads are at different steps',
    async (_, victims) => {
      const wave = victims.join('-');
      const patients = await Promise.all([1, 2, 3, 4].map((index) => aPatient(`${wave}-${index}`)));
      const moments = patients.map(() => Math.round(random() * 3_000));
      const killAt = Math.round(random() * 3_000);
      const deliveries = patients.map((patient, index) => after(moments[index]).then(() => deliverUntilTaken(patient)));
      await Promise.all([after(killAt).then(() => killAndRestart(victims)), ...deliveries]);
      await Promise.all(patients.map(isHealedOnce));
    },
    180_000,
  );
});
