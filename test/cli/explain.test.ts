import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MendflowError } from '../../domain/run/errors.ts';
import { anAlertItem, aWebhook } from '../support/api.ts';
import { anExplanation, FakeExplain } from '../support/explaining.ts';
import { type ListeningApi, listeningApi } from './support/command-line.ts';
import { FakeRuns } from './support/runs.ts';

let explain: FakeExplain;
let api: ListeningApi;
let folder: string;

beforeEach(async () => {
  explain = new FakeExplain();
  api = await listeningApi({ explain, runs: new FakeRuns() });
  folder = mkdtempSync(join(tmpdir(), 'mendflow-explain-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await api.close();
});

const labels = 'alertname=PodCrashLooping namespace=shop pod=checkout-1';

function fileWith(content: unknown): string {
  const file = join(folder, 'alert.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

describe('mendflow explain', () => {
  it('reads like a description, and its last line says what would happen', async () => {
    const rejection = {
      kind: 'hold',
      reason: 'coolingDown',
      retryAfterMs: 240_000,
      detail: 'remediated 1m ago',
    } as const;
    const would = 'It would wait for the guard: remediated 1m ago.';
    explain.explanation = anExplanation({ guards: [{ guard: 'paused' }, { guard: 'cooldown', rejection }], would });
    const { code, out, err } = await api.run(`explain ${labels}`);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const lines = out.split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'Policy:     crash-loop',
        '  memory-leak   alertname="MemoryLeakDetected" does not match',
        '  Labels name:  pod checkout-1 in shop',
        '  Found:        Pod checkout-1 → ReplicaSet checkout-7d9f → Deployment checkout',
        '  holds    CrashLoopBackOff   CrashLoopBackOff: container app, 5 restarts',
        'Ladder (mode Auto, set by policy, namespace, configuration):',
        '  GUARD      VERDICT   REASON        AGAIN IN   DETAIL',
        '  paused     grant     -             -          -',
        '  cooldown   hold      coolingDown   4m         remediated 1m ago',
      ]),
    );
    expect(lines.at(-1)).toBe('Would:  It would wait for the guard: remediated 1m ago.');
  });

  it('takes an alert by its labels', async () => {
    await api.run(`explain ${labels} 'summary=a = b'`);
    expect(explain.alerts[0]?.labels).toEqual({
      ...{ alertname: 'PodCrashLooping', namespace: 'shop', pod: 'checkout-1', summary: 'a = b' },
    });
  });

  it.each([
    ['one alert', anAlertItem()],
    ['a list as Prometheus sends it', [anAlertItem()]],
    ['a webhook body', aWebhook()],
  ])('takes a file with %s', async (_, content) => {
    expect((await api.run(`explain ${fileWith(content)}`)).code).toBe(0);
    expect(explain.alerts).toMatchObject([{ alertname: 'MemoryLeakDetected' }]);
  });

  it('takes stdin for -, and explains each alert', async () => {
    const two = [anAlertItem(), anAlertItem({ labels: { pod: 'checkout-2' } })];
    const { out } = await api.run('explain - -o json', { input: JSON.stringify(aWebhook(two)) });
    expect(JSON.parse(out)).toHaveLength(2);
    expect(explain.alerts.map((alert) => alert.labels.pod)).toEqual(['checkout-1', 'checkout-2']);
  });

  it('takes the alert of a run', async () => {
    const { code, out } = await api.run('explain --run shop/Deployment/checkout -o json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(explain.explanation);
  });

  it('explains twenty alerts at most, and says how many are left', async () => {
    const many = Array.from({ length: 22 }, (_, index) => anAlertItem({ labels: { pod: `p-${index}` } }));
    const { err } = await api.run('explain -', { input: JSON.stringify(many) });
    expect(explain.alerts).toHaveLength(20);
    expect(err).toContain('2 more alerts are not explained');
  });

  it.each([
    ['no alert', '', 'name an alert'],
    ['something that is not a label', 'alertname=A oops', 'oops is not a label'],
    ['a file that is not there', '/nowhere.json', '/nowhere.json: cannot be read (ENOENT)'],
    ['an alert and a run', 'alertname=A --run x', 'not both'],
  ])('exits 2 for %s', async (_, args, expected) => {
    expect(await api.run(`explain ${args}`)).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining(expected),
    });
  });

  it.each([
    ['no JSON', '{', 'is not JSON'],
    ['no alert', { version: '4', alerts: [] }, 'holds no alert'],
  ])('exits 2 for a file that holds %s', async (_, content, expected) => {
    expect(await api.run(`explain ${fileWith(content)}`)).toMatchObject({
      code: 2,
      err: expect.stringContaining(expected),
    });
  });

  it('says what to do when no worker looks', async () => {
    explain.explanation = new MendflowError('WORKER_UNAVAILABLE', 'No worker of the cluster prod took it up in time.');
    const { code, err } = await api.run(`explain ${labels}`);
    expect(code).toBe(1);
    expect(err).toContain('No worker of the cluster prod took it up in time.');
    expect(err).toContain('mendflow serve worker');
  });
});
