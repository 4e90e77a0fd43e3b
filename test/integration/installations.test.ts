import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { hubWorkers } from '../../config/installation.ts';
import { hubTaskQueue } from '../../domain/run/contract.ts';
import { freePort } from '../../sandbox/free-port.ts';
import type { Supervised } from '../../sandbox/process.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { anAlertItem, asAlertmanager, aWebhook, intakeToken, personToken } from '../support/api.ts';
import { until } from '../support/product/until.ts';

const root = join(import.meta.dirname, '..', '..');
const cli = join(root, 'cli', 'main.ts');
const [keyA, keyB] = ['a:first-approval-key-of-the-tests-0123456789', 'b:second-approval-key-of-the-tests-012345678'];

let sandbox: Sandbox;
let temporal: Client;
let last = 0;
const running = new Map<Supervised, string>();

beforeAll(async () => {
  sandbox = await startSandbox({ parts: ['temporal'] });
  temporal = new Client({ connection: await Connection.connect({ address: sandbox.temporal.address }) });
}, 60_000);

afterEach(async () => {
  for (const { name, isRunning } of running.keys()) if (isRunning) await sandbox.kill(name, 'SIGTERM');
  running.clear();
}, 60_000);

afterAll(async () => {
  await temporal?.connection.close();
  await sandbox?.stop();
}, 60_000);

/** A namespace of its own for each test: Temporal remembers workers for five minutes. */
async function aNamespace(): Promise<string> {
  last += 1;
  const namespace = `shared-${last}`;
  await temporal.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  await until(`${namespace} can be used`, () =>
    temporal.workflowService.describeNamespace({ namespace }).then(() => true),
  );
  return namespace;
}

/** A hub worker or an api as a process of its own; `ready` resolves with whether it came to that before it ended. */
async function serve(part: 'api' | 'worker', namespace: string, own: Record<string, string>) {
  last += 1;
  const name = `${part}-${last}`;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    ...{ TEMPORAL_NAMESPACE: namespace, MENDFLOW_WORKER_ROLES: 'hub', MENDFLOW_WORKER_PORT: String(port) },
    ...{ MENDFLOW_API_PORT: String(port), MENDFLOW_API_PROBE_PORT: '0' },
    ...{ MENDFLOW_INTAKE_TOKENS: `alertmanager=${intakeToken}`, MENDFLOW_API_TOKENS: `ada=${personToken}`, ...own },
  };
  const child = await sandbox.run(name, process.execPath, [cli, 'serve', part], { env, cwd: root });
  running.set(child, url);
  const isReady = () => fetch(`${url}/readyz`).then(({ ok }) => ok);
  const ready = async () => {
    await until(`${child.name} is ready or has ended`, async () => !child.isRunning || (await isReady()), 60_000);
    return child.isRunning;
  };
  return { ...{ child, url, ready }, log: () => readFileSync(child.logFile, 'utf8') };
}

const inNamespace = (namespace: string) => new Client({ connection: temporal.connection as Connection, namespace });

/** Waits until Temporal lists so many workers of the installation. */
const listed = (namespace: string, count: number) =>
  until(`Temporal lists ${count} workers`, async () => {
    const identities = await hubWorkers(inNamespace(namespace));
    return identities.filter((identity) => identity.includes(' installation=shop ')).length === count;
  });

describe('a second installation in the namespace of another', () => {
  it('starts neither worker nor api, and says what to do; a replica of the first one starts', async () => {
    const namespace = await aNamespace();
    const shop = { MENDFLOW_INSTALLATION: 'shop', MENDFLOW_APPROVAL_KEY: keyA };
    const first = await serve('worker', namespace, shop);
    expect(await first.ready()).toBe(true);
    await listed(namespace, 1);

    const bank = { MENDFLOW_INSTALLATION: 'bank', MENDFLOW_APPROVAL_KEY: keyB };
    for (const part of ['worker', 'api'] as const) {
      const second = await serve(part, namespace, bank);
      expect(await second.ready()).toBe(false);
      expect(await second.child.exited).toContain('exit code 1');
      expect(second.log()).toContain(`Another installation works in Temporal namespace ${namespace}: "shop"`);
      expect(second.log()).toContain('Give each a namespace of its own (TEMPORAL_NAMESPACE).');
      expect(second.log()).not.toMatch(/approval-key-of-the-tests/);
    }
    for (const part of ['worker', 'api'] as const)
      expect(await (await serve(part, namespace, shop)).ready()).toBe(true);
    expect(first.child.isRunning).toBe(true);
  }, 120_000);

  it('stops within seconds where both started at the same moment; the first one goes on', async () => {
    const namespace = await aNamespace();
    const both = await Promise.all(
      ['shop', 'bank'].map((name) => serve('worker', namespace, { MENDFLOW_INSTALLATION: name })),
    );
    const hasOneEnded = async () => both.some(({ child }) => !child.isRunning);
    await until('one of the two has ended', hasOneEnded, 60_000);
    const [stopped, stays] = both[0]?.child.isRunning ? both.toReversed() : both;
    expect(await stopped?.child.exited).toContain('exit code 1');
    expect(stopped?.log()).toMatch(/Another installation works.* and stops\./);
    expect(await stays?.ready()).toBe(true);
  }, 120_000);

  it('is told apart by who was first when it appears later', async () => {
    const namespace = await aNamespace();
    const shop = await serve('worker', namespace, { MENDFLOW_INSTALLATION: 'shop' });
    const api = await serve('api', namespace, { MENDFLOW_INSTALLATION: 'shop' });
    expect([await shop.ready(), await api.ready()]).toEqual([true, true]);

    await pollsAs(namespace, `late/1 installation=bank keys= since=${Date.now()}`);
    await until('its error is in the log', async () => shop.log().includes('goes on, because it was there first'));
    const detail = await (await fetch(`${api.url}/readyz?verbose`)).json();
    expect(JSON.stringify(detail)).toContain('goes on, because it was there first');

    await pollsAs(namespace, 'early/1 installation=old keys= since=1');
    expect(await shop.child.exited).toContain('exit code 1');
    await until('the api is not ready', async () => (await fetch(`${api.url}/readyz`)).status === 503);
    expect(api.log()).toMatch(/installation: Another installation works.*old.*not ready/);
  }, 120_000);
});

describe('an installation that keeps ended runs for a day and has no receiver', () => {
  it('says both in the worker’s log and on /readyz?verbose, with what mends it, and counts a message to nobody', async () => {
    const namespace = await aNamespace();
    const [worker, api] = await Promise.all([serve('worker', namespace, {}), serve('api', namespace, {})]);
    expect(await Promise.all([worker.ready(), api.ready()])).toEqual([true, true]);
    const words = `Temporal deletes the runs of namespace ${namespace} 1d after they end`;
    const command = `temporal operator namespace update --namespace ${namespace} --retention 30d`;
    const nobody = 'no receiver is configured, so nobody is told when a person is needed';
    for (const said of [words, command, nobody]) expect(worker.log()).toContain(said);
    const { checks } = (await (await fetch(`${api.url}/readyz?verbose`)).json()) as { checks: { name: string }[] };
    expect(checks.filter(({ name }) => ['retention', 'receivers'].includes(name))).toEqual([
      {
        ...{ name: 'retention', isOk: true, isWarning: true },
        detail: expect.stringMatching(new RegExp(`^${words}.*${command}$`)),
      },
      { name: 'receivers', isOk: true, isWarning: true, detail: expect.stringContaining(nobody) },
    ]);

    // A message that reaches nobody: the guard's own, about a cluster of which the sender may not speak. Its counter begins at
    // 0, so that an alert rule sees it grow.
    const counter = 'mendflow_notifications_total{receiver="fallback",outcome="rejected"}';
    const counts = async () => (await fetch(`${worker.url}/metrics`)).text();
    expect(await counts()).toContain(`${counter} 0\n`);
    const headers = { ...asAlertmanager, 'content-type': 'application/json' };
    const body = JSON.stringify(aWebhook([anAlertItem({ labels: { cluster: 'nowhere' } })]));
    expect((await fetch(`${api.url}/v1/alerts`, { method: 'POST', headers, body })).status).toBe(202);
    await until('it is counted', async () => (await counts()).includes(`${counter} 1\n`));
    await until('it is in the log', async () => worker.log().includes('reached nobody'));
    expect(worker.log()).toMatch(/a message \(escalation\) reached nobody: .*nowhere/);
  }, 60_000);
});

describe('a rotation of the approval key', () => {
  it('passes: first both keys, then the new one, as quickly as one likes', async () => {
    const namespace = await aNamespace();
    for (const [index, key] of [keyA, `${keyA},${keyB}`, keyB].entries()) {
      const worker = await serve('worker', namespace, { MENDFLOW_INSTALLATION: 'shop', MENDFLOW_APPROVAL_KEY: key });
      expect(await worker.ready()).toBe(true);
      await listed(namespace, index + 1);
      // As a rollout does: the old one is stopped when the new one is ready.
      for (const { name, isRunning } of [...running.keys()].slice(0, -1))
        if (isRunning) await sandbox.kill(name, 'SIGTERM');
    }
  }, 120_000);
});

/** Asks for work as a worker of that identity does, until Temporal lists it; there is none to take. */
async function pollsAs(namespace: string, identity: string): Promise<void> {
  const poll = { namespace, taskQueue: { name: hubTaskQueue }, identity };
  const { workflowService } = temporal;
  const stop = new AbortController();
  const asked = temporal.withDeadline(Date.now() + 30_000, () =>
    temporal.withAbortSignal(stop.signal, () => workflowService.pollWorkflowTaskQueue(poll)),
  );
  const ended = expect(asked).rejects.toThrow(/CANCELLED|aborted/i);
  const isListed = async () => (await hubWorkers(inNamespace(namespace))).includes(identity);
  await until(`Temporal lists ${identity}`, isListed);
  stop.abort();
  await ended;
}
