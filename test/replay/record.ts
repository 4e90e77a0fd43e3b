// Records one history for each path of the runbook, from the workflows as they are now:
// `npm run record-histories -- [PATH…] [--again "why"]`. Without a path it records those that are not there yet.
// Run it when a release changes a workflow. Files that are there keep what they are: runs like them are still under way.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { guardWorkflowId } from '../../domain/run/contract.ts';
import { resolveBinary } from '../../sandbox/binaries/index.ts';
import { silent } from '../../sandbox/progress.ts';
import { version } from '../../telemetry/version.ts';
import { Runbook } from '../support/runbook.ts';
import { testTemporalOver } from '../support/test-temporal.ts';
import { registerSearchAttributes } from '../support/workers.ts';
import { longPaths, type Path, paths } from './paths.ts';
import { isReleased, openRecordings, type Recordings } from './recordings.ts';

const root = join(import.meta.dirname, '..', '..');
/** A run of the runbook has about 40; of long ones the server wants an end at this many. */
const eventsOfLong = 60;
const all = { ...paths, ...longPaths };

const filesOf = (name: string) => [`${name}.json`, `${name}-guard.json`];

/** The paths to record: those that were named, or all that may be recorded. Throws when one of them may not be. */
function chosen(recordings: Recordings, { named, isAgain }: { named: string[]; isAgain: boolean }): string[] {
  const unknown = named.filter((name) => !Object.hasOwn(all, name));
  if (unknown.length > 0) throw new Error(`no path ${unknown.join(', ')}; there are ${Object.keys(all).join(', ')}`);
  const isThere = (name: string) => filesOf(name).some(recordings.has);
  const names = named.length > 0 ? named : Object.keys(all).filter((name) => isAgain || !isThere(name));
  recordings.check(names.flatMap(filesOf));
  return names;
}

/** A development server; with a number it suggests to continue as new after so many events. */
async function openServer(eventsPerRun?: number): Promise<TestWorkflowEnvironment> {
  const path = await resolveBinary('temporal', silent);
  const setting = `limit.historyCount.suggestContinueAsNew=${eventsPerRun}`;
  const extraArgs = eventsPerRun === undefined ? [] : ['--dynamic-config-value', setting];
  const env = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'existing-path', path }, extraArgs },
  });
  await registerSearchAttributes(env);
  return env;
}

/** The history of the workflow's latest execution, and of those that it continues, as files. */
async function textsOf(runbook: Runbook, workflowId: string, name: string): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  let runId: string | undefined;
  do {
    const history = await runbook.history(workflowId, runId);
    const { length } = Object.keys(texts);
    const file = [`${name}.json`, `${name}-before.json`][length] ?? `${name}-before-${length}.json`;
    // Stack traces name the folder they were recorded in; nobody else has it.
    texts[file] = `${JSON.stringify({ workflowId, history }).replaceAll(root, '')}\n`;
    runId = history.events[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
  } while (runId !== undefined && runId !== '');
  return texts;
}

/** Plays the paths on a server of their own and writes what it has of them. */
async function record(recordings: Recordings, played: [string, Path][], eventsPerRun?: number): Promise<void> {
  if (played.length === 0) return;
  const runbook = await Runbook.on(testTemporalOver(await openServer(eventsPerRun)));
  try {
    for (const [name, play] of played) {
      await runbook.reset();
      const run = await play(runbook);
      const { outcome } = await run.report();
      const ofRun = await textsOf(runbook, run.id, name);
      const ofGuard = await textsOf(runbook, guardWorkflowId(runbook.clusterName), `${name}-guard`);
      recordings.write({ ...ofRun, ...ofGuard });
      console.info(`${name}: ${outcome}, ${Object.keys({ ...ofRun, ...ofGuard }).join(', ')}`);
    }
  } finally {
    await runbook.close();
  }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { again: { type: 'string' } } });
  const { again } = values;
  const recordings = openRecordings({
    ...{ folder: join(import.meta.dirname, 'histories'), version },
    isReleased: isReleased(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), version),
    ...(again === undefined ? {} : { again }),
  });
  const names = chosen(recordings, { named: positionals, isAgain: again !== undefined });
  if (names.length === 0) console.info(`every path of version ${version} is recorded; nothing to do`);
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const of = (some: Readonly<Record<string, Path>>) => Object.entries(some).filter(([name]) => names.includes(name));
  await record(recordings, of(paths));
  await record(recordings, of(longPaths), eventsOfLong);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
