import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { guardDocument } from '../../api/guard-document.ts';
import { defaultLimits } from '../../domain/guard/rules/rule.ts';
import { emptyGuardState } from '../../domain/guard/state.ts';
import { nowMs } from '../support/api.ts';
import { aLease, anAct } from '../support/builders.ts';
import { anExplanation } from '../support/explaining.ts';
import { FakeTerminal, mendflow } from './support/command-line.ts';
import { aReport, aStatus, aSummary, runId } from './support/runs.ts';

/** Every trick at once: a colour, a title, a cursor, a line of its own, bidirectional and invisible signs, half a character. */
const trick =
  '\u001b[31m\u001b]0;pwned\u0007\u009b2J\u202e\u2066\u200b\u{e0041}\ud800\u0085\r\ninjected: line\u2028injected: too\tx';

/** Fields whose values are of a fixed set or form; everything else can come from outside. */
const fixed = new Set([
  ...[
    'id',
    'runId',
    'phase',
    'outcome',
    'status',
    'kind',
    'result',
    'verdict',
    'state',
    'digest',
    'effect',
    'approval',
  ],
  ...[
    'at',
    'startedAt',
    'finishedAt',
    'closedAt',
    'askedAt',
    'expiresAt',
    'nextTimerAt',
    'capturedAt',
    'since',
    'last',
  ],
  ...['lastActAt', 'lastResult', 'scope', 'action', 'mode', 'policyMode', 'risk'],
]);

function hostile(value: unknown): unknown {
  if (typeof value === 'string') return `${value}${value === 'out of luck' ? trick.replace(/\s/g, '') : trick}`;
  if (Array.isArray(value)) return value.map(hostile);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, fixed.has(key) ? member : hostile(member)]),
  );
}

const evidence = {
  capturedAt: '2026-03-01T09:55:00Z',
  status: ['phase Running'],
  events: ['BackOff restarting'],
  // A log has lines of its own, each further in than ours.
  logs: { app: 'out of luck' },
  missing: ['log of sidecar'],
};
const live = {
  ...aSummary(),
  note: 'n',
  live: aStatus({ acknowledgedBy: 'ada', evidence, joined: ['remediation/x'] }),
};
const ended = { ...aSummary({ closedAt: '2026-03-01T09:59:00Z' }), report: aReport({ evidence }) };
const state = {
  ...emptyGuardState(),
  pauses: [{ id: 'p1', who: 'ada', why: 'game day', sinceMs: nowMs }],
  storm: { kind: 'open' as const, sinceMs: nowMs, why: 'many alert' },
  leases: [aLease({ expiresAtMs: nowMs })],
  acts: [anAct({ atMs: nowMs, result: 'unhealthy', failure: 'OOMKilled' })],
};

const guard = guardDocument({ cluster: 'default', state }, defaultLimits, nowMs);

let answer: unknown;
let server: Server;
beforeAll(async () => {
  // Not our api, which would have made its answers safe: the command line stands for itself.
  server = createServer((_, response) => {
    const { status = 200 } = answer as { status?: unknown };
    response.writeHead(typeof status === 'number' ? status : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

async function shown(args: string, document: unknown, isColored = false) {
  answer = document;
  const { port } = server.address() as AddressInfo;
  const env = { MENDFLOW_SERVER: `http://127.0.0.1:${port}`, MENDFLOW_TOKEN: 'person-token-0123456789' };
  return mendflow(args, Object.assign(new FakeTerminal(), { env, isColored }));
}

const unclean = /[^\P{C}\n]|[\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]/u;

const commands: [command: string, document: unknown][] = [
  [`describe ${runId}`, live],
  [`describe ${runId}`, ended],
  [`follow ${runId}`, ended],
  [`follow ${runId} -o json`, ended],
  ['list -o wide', { runs: [aSummary()], nextCursor: 'next' }],
  ['guard -o wide', guard],
  ['explain alertname=X namespace=shop pod=checkout-1', anExplanation()],
  ["pause --why 'game day'", { id: 'p1', guard: guard }],
  [`abort ${runId}`, { run: runId, answer: 'is taken', who: 'ada', isEnough: false }],
  [`abort ${runId}`, { run: runId, answer: 'is taken', who: 'ada', isEnough: true }],
  [`describe ${runId}`, { status: 404, code: 'NOT_FOUND', title: 'T', detail: 'd', fix: 'f' }],
  [`describe ${runId} -o json`, live],
  [`describe ${runId} -o yaml`, live],
];

describe('names, labels, log lines and notes full of control characters', () => {
  it.each(commands)('draw nothing in the terminal of `mendflow %s`', async (command, document) => {
    const { out, err } = await shown(command, hostile(document));
    expect(`${out}${err}`).not.toBe('');
    expect(out).not.toMatch(unclean);
    expect(err).not.toMatch(unclean);
  });

  it.each(commands)('make no line of their own in `mendflow %s`', async (command, document) => {
    const { out, err } = await shown(command, hostile(document));
    expect(`${out}\n${err}`).not.toMatch(/^\s*injected/m);
  });

  it('are read back by a script as they were, from JSON and from YAML', async () => {
    const document = hostile(live);
    const sent = JSON.parse(JSON.stringify(document));
    expect(JSON.parse((await shown(`describe ${runId} -o json`, document)).out)).toEqual(sent);
    expect(parse((await shown(`describe ${runId} -o yaml`, document)).out)).toEqual(sent);
  });

  it('take no colour of their own where the terminal has colours', async () => {
    const { out } = await shown(`describe ${runId}`, hostile(live), true);
    expect(out).not.toMatch(unclean);
  });
});
