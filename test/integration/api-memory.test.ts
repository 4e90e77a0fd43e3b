import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { freePort } from '../../sandbox/free-port.ts';
import { eventually } from '../../sandbox/process.ts';
import { asAlertmanager, intakeToken, personToken } from '../support/api.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const megabyte = 1_048_576;
/** The heap that operators are told to give to the api. */
const heap = (parse(readFileSync(`${root}docker-compose.yml`, 'utf8'), { merge: true }) as Compose).services.api
  .environment.NODE_OPTIONS;
interface Compose {
  services: { api: { environment: { NODE_OPTIONS: string } } };
}

let api: ChildProcess;
let url: string;
/** Takes connections and never answers, so that deliveries are held until their deadline. */
let temporal: Server;

beforeAll(async () => {
  temporal = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1');
  await once(temporal, 'listening');
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  api = spawn(process.execPath, [`${root}cli/main.ts`, 'serve', 'api'], {
    env: {
      ...{ PATH: process.env.PATH, NODE_OPTIONS: heap, MENDFLOW_LOG_LEVEL: 'error' },
      ...{ MENDFLOW_API_PORT: String(port), MENDFLOW_API_PROBE_PORT: '0' },
      ...{ MENDFLOW_INTAKE_TOKENS: `am=${intakeToken}`, MENDFLOW_API_TOKENS: `ada=${personToken}` },
      TEMPORAL_ADDRESS: `127.0.0.1:${(temporal.address() as AddressInfo).port}`,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  expect(await eventually(isAlive, 20_000)).toBe(true);
}, 30_000);

afterAll(() => {
  api?.kill('SIGKILL');
  temporal?.close();
});

const isAlive = () =>
  fetch(`${url}/livez`).then(
    ({ ok }) => ok,
    () => false,
  );

const deliver = (body: string) =>
  fetch(`${url}/v1/alerts`, {
    method: 'POST',
    headers: { ...asAlertmanager, 'content-type': 'application/json' },
    body,
  }).then(
    ({ status }) => status,
    // Closed while the body was still being sent, because it is refused already.
    () => 'closed',
  );

/** Items, joined by commas, up to the size. */
function filled(before: string, item: (index: number) => string, after: string, size: number): string {
  const items: string[] = [];
  for (let length = before.length + after.length; ; ) {
    const next = item(items.length);
    length += next.length + 1;
    if (length > size) return `${before}${items.join()}${after}`;
    items.push(next);
  }
}

const labels = (index: number, count: number) =>
  JSON.stringify({
    alertname: `A${index}`,
    ...Object.fromEntries(Array.from({ length: count }, (_, n) => [`l${n}`, `${n}`])),
  });

it.each<[string, (size: number) => string]>([
  ['brackets', (size) => filled('[', () => '[]', ']', size)],
  ['brackets as alerts', (size) => filled('{"alerts":[', () => '[]', ']}', size)],
  ['brackets in one alert', (size) => filled('{"alerts":[{"x":[', () => '[]', ']}]}', size)],
  ['brackets that nobody reads', (size) => filled('{"x":[', () => '[]', '],"alerts":[]}', size)],
  ['tiny alerts', (size) => filled('{"alerts":[', (n) => `{"labels":${labels(n, 0)}}`, ']}', size)],
  ['alerts of many labels', (size) => filled('{"alerts":[', (n) => `{"labels":${labels(n, 63)}}`, ']}', size)],
  [
    'one long annotation',
    (size) => `{"alerts":[{"labels":{"alertname":"A"},"annotations":{"a":"${'ü'.repeat(size / 2 - 80)}"}}]}`,
  ],
])(
  'the api survives floods of %s with the heap that is documented',
  async (_what, bodyOf) => {
    for (const size of [16 * megabyte, 4 * megabyte - 10, megabyte, megabyte / 2]) {
      const body = bodyOf(size);
      const answers = await Promise.all(Array.from({ length: 12 }, () => deliver(body)));
      expect(answers.filter((answer) => ![400, 413, 503, 202, 'closed'].includes(answer))).toEqual([]);
      expect([await isAlive(), api.exitCode, api.signalCode]).toEqual([true, null, null]);
    }
  },
  120_000,
);
