// `npm test [-- layer…] [jest arguments]`: prepares the servers, runs every layer that can run here, and counts.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Layer, layers } from './layers.ts';
import { prepareServers } from './prepare-servers.ts';
import { root, runStep } from './step.ts';
import { failedNames, type JestResult, noTests, plus, skippedNames, type Tally, tallyLine, tallyOf } from './tally.ts';

const jest = [process.execPath, join(root, 'node_modules', 'jest', 'bin', 'jest.js')];
const jestEnv = {
  NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
};

function countFiles(layer: Layer): number {
  const [node = '', ...args] = [...jest, '--listTests', '--selectProjects', ...layer.projects];
  const listed = execFileSync(node, args, { cwd: root, env: { ...process.env, ...jestEnv }, encoding: 'utf8' });
  return listed.split('\n').filter((line) => line.endsWith('.test.ts')).length;
}

interface LayerResult {
  tally: Tally;
  /** What was skipped and why, one line each. */
  skips: string[];
  /** What failed, one line each. */
  failures: string[];
}

/** What every layer is run with. */
interface Run {
  /** Where jest's results are written. */
  folder: string;
  /** Further arguments for jest. */
  args: readonly string[];
  /** Servers that cannot be had or do not start here, and why. */
  missing: ReadonlyMap<string, string>;
}

async function runLayer(layer: Layer, { folder, args, missing }: Run): Promise<LayerResult> {
  const outputFile = join(folder, `${layer.name}.json`);
  const options = [
    '--passWithNoTests',
    '--json',
    `--outputFile=${outputFile}`,
    layer.isInBand ? '-i' : '--maxWorkers=2',
  ];
  console.log(`\n== ${layer.name}`);
  const command = [...jest, '--selectProjects', ...layer.projects, ...options, ...args];
  const { code } = await runStep(layer.name, command, {
    env: { ...jestEnv, MENDFLOW_MISSING_SERVERS: JSON.stringify(Object.fromEntries(missing)) },
  });
  try {
    const result = JSON.parse(readFileSync(outputFile, 'utf8')) as JestResult;
    const tally = tallyOf(result);
    const isUncounted = code !== 0 && tally.failed === 0;
    const named = (names: string[]) => names.map((name) => `${layer.name}: ${name.replace(`${root}/`, '')}`);
    return {
      tally: isUncounted ? plus(tally, { ...noTests, failed: 1 }) : tally,
      skips: named(skippedNames(result)),
      failures: named(failedNames(result)),
    };
  } catch {
    const failures = [`${layer.name}: jest ended with code ${code} and no result`];
    return { tally: { ...noTests, failed: 1 }, skips: [], failures };
  }
}

function skipLayer(layer: Layer, why: string): LayerResult {
  const files = countFiles(layer);
  return {
    tally: { ...noTests, skipped: files },
    skips: files === 0 ? [] : [`${layer.name} (${files} files): ${why}`],
    failures: [],
  };
}

/** Runs the layers and prints what was skipped and why; the last line is for the caller to print. */
export async function runTests(args: readonly string[]): Promise<Tally> {
  const named = layers.filter((layer) => args.includes(layer.name));
  const chosen = named.length === 0 ? layers : named;
  const rest = args.filter((arg) => !layers.some((layer) => layer.name === arg));
  const wanted = chosen.flatMap(({ servers, optional }) => [...servers, ...optional]);
  const missing = await prepareServers([...new Set(wanted)]);
  const folder = mkdtempSync(join(tmpdir(), 'mendflow-test-'));
  const results: LayerResult[] = [];
  try {
    for (const layer of chosen) {
      const absent = layer.servers.filter((server) => missing.has(server));
      const why = absent.map((server) => missing.get(server)).join('; ');
      results.push(absent.length > 0 ? skipLayer(layer, why) : await runLayer(layer, { folder, args: rest, missing }));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  for (const [title, lines] of [
    ['Skipped', results.flatMap((result) => result.skips)],
    ['Failed', results.flatMap((result) => result.failures)],
  ] as const) {
    if (lines.length > 0) console.log(`\n${title}:\n  ${lines.join('\n  ')}`);
  }
  return results.map((result) => result.tally).reduce(plus, noTests);
}

if (import.meta.main) {
  const tally = await runTests(process.argv.slice(2));
  console.log(`\n${tallyLine(tally)}`);
  process.exitCode = tally.failed > 0 ? 1 : 0;
}
