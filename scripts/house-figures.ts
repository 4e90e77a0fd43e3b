// Figures of the code itself, for docs/figures.md: node scripts/house-figures.ts [checkout], of which node_modules is there.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './step.ts';

interface Coverage {
  result: { url: string; functions: { functionName: string; ranges: { count: number }[] }[] }[];
}

const checkout = resolve(process.argv[2] ?? root);
const product = /^(domain|workflows|activities|worker|api|watcher|cli|config|telemetry|temporal|simulation)\/.*\.ts$/;
/** Folders in which a file is an entry of a list, however short it is. */
const registries = /\/(rules|guards|checks|faults|actions|notifiers|lint|schemas)\//;
const shortLines = 25;

const linesOf = (path: string) => readFileSync(join(checkout, path), 'utf8').split('\n').length - 1;

/** Files of runbook, activities and rules in which a function runs while one alert is healed; its policy is read, too. */
function filesOfOneAlert(): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'mendflow-figures-'));
  try {
    const test = ['policies/crash-loop.test.yaml', '--only', 'a pod in a bad state is evicted once'];
    const { status, stderr } = spawnSync(process.execPath, ['cli/mendflow.mjs', 'test', ...test], {
      ...{ cwd: checkout, encoding: 'utf8', env: { ...process.env, NODE_V8_COVERAGE: folder } },
    });
    if (status !== 0) throw new Error(`the alert was not healed: ${stderr}`);
    const results = readdirSync(folder).flatMap(
      (name) => (JSON.parse(readFileSync(join(folder, name), 'utf8')) as Coverage).result,
    );
    const ran = results.filter(({ url, functions }) => url.startsWith('file:') && functions.some(isCalled));
    const paths = ran.map(({ url }) => relative(checkout, fileURLToPath(url.replace(/\?.*/, ''))));
    return [...new Set(paths)].filter((path) => /^(domain|workflows|activities)\/.*\.ts$/.test(path));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The module itself has no name. */
const isCalled = ({ functionName, ranges: [range] }: Coverage['result'][number]['functions'][number]) =>
  functionName !== '' && (range?.count ?? 0) > 0;

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

const sizes = readdirSync(checkout, { recursive: true, encoding: 'utf8' })
  .filter((path) => product.test(path))
  .map((path) => ({ path, lines: linesOf(path) }))
  .sort((a, b) => a.lines - b.lines);
const short = sizes.filter(({ path, lines }) => lines <= shortLines && !registries.test(path)).length;
const crossed = filesOfOneAlert();
console.log(`files of the product: ${sizes.length}, ${sum(sizes.map(({ lines }) => lines))} lines`);
console.log(`median of their lines: ${sizes[Math.floor(sizes.length / 2)]?.lines}`);
console.log(
  `of at most ${shortLines} lines, entries of lists aside: ${short} (${Math.round((short * 100) / sizes.length)} %)`,
);
console.log(`crossed by an alert that is healed: ${crossed.length} files, ${sum(crossed.map(linesOf))} lines`);
