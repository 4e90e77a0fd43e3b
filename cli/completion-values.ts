import type { RunSummary } from '../api/ports.ts';
import type { GuardDocument } from '../api/schemas/guard.ts';
import { MendflowError } from '../domain/run/errors.ts';
import type { ApiClient } from './client.ts';
import { clientFor, type ServerOptions } from './options.ts';
import { namesOf } from './run-reference.ts';
import type { Terminal } from './terminal.ts';

/** Kinds of values that the server knows. */
export const valueKinds = ['runs', 'openRuns', 'workloads', 'policies', 'pauses'] as const;
export type ValueKind = (typeof valueKinds)[number];

/** What the first argument of a command names; the other commands take files or nothing. */
export const namedBy: Readonly<Record<string, ValueKind>> = {
  ...{ describe: 'runs', follow: 'openRuns', approve: 'openRuns', reject: 'openRuns', acknowledge: 'openRuns' },
  ...{ retry: 'openRuns', abort: 'openRuns', 'take-over': 'openRuns' },
  ...{ reset: 'workloads', report: 'policies', resume: 'pauses' },
};

/** A shell waits for it while a person types. */
const withinMs = 2_000;
/** A shell expands what it is offered: nothing else is offered to it. */
const harmless = /^[A-Za-z0-9][A-Za-z0-9._/:-]{0,250}$/;
const asked = 100;

/** Prints the values, one a line. Where the server does not answer nothing is offered: a person types on. */
export async function printValues(terminal: Terminal, kind: ValueKind): Promise<void> {
  try {
    const api = clientFor({ ...terminal, say() {} }, { requestTimeout: withinMs } satisfies ServerOptions);
    const values = (await valuesFrom[kind](api)).filter((value) => harmless.test(value));
    for (const value of [...new Set(values)].sort()) terminal.print(value);
  } catch (error) {
    if (!(error instanceof MendflowError)) throw error;
  }
}

const valuesFrom: Record<ValueKind, (api: ApiClient) => Promise<string[]>> = {
  runs: async (api) => (await runsOf(api)).map(nameOf),
  openRuns: async (api) => (await runsOf(api)).filter(({ closedAt }) => closedAt === undefined).map(nameOf),
  policies: async (api) => (await runsOf(api)).flatMap(({ policy }) => policy ?? []),
  workloads: async (api) => (await guardOf(api)).workloads?.map(({ workload }) => workload) ?? [],
  pauses: async (api) => (await guardOf(api)).pauses?.map(({ id }) => id) ?? [],
};

const guardOf = (api: ApiClient) => api.get<GuardDocument>('/v1/guard');

async function runsOf(api: ApiClient): Promise<RunSummary[]> {
  return (await api.get<{ runs: RunSummary[] }>('/v1/remediations', { limit: asked })).runs;
}

/** By its workload; a run that has none yet by its id. */
const nameOf = (run: RunSummary) => namesOf(run)[0] ?? run.id;
