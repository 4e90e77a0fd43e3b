import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { product, root, sourceFiles } from './source-files.ts';

interface Cruiser {
  default: { forbidden: { name: string }[] };
}
const { default: rules } = (await import(join(root, '.dependency-cruiser.mjs'))) as Cruiser;
const ruleNames = rules.forbidden.map(({ name }) => name);
/** For each rule of what a folder may import: a file of it that imports what no folder may. */
const strays: [rule: string, path: string][] = ruleNames.flatMap((name) => {
  const folder = /^(.+)-imports-only-/.exec(name)?.[1];
  return folder === undefined ? [] : [[name, `${folder}/stray.ts`]];
});

/** A small checkout in which each file breaks one rule. */
const offences: Record<string, string> = {
  'domain/clock.ts': "import 'node:fs';\n",
  'domain/client.ts': "import '@temporalio/client';\n",
  'domain/up.ts': "import '../config/c.ts';\n",
  'config/c.ts': 'export const c = 1;\n',
  'api/cluster.ts': "import '../activities/verify.ts';\n",
  'activities/verify.ts': "import '@kubernetes/client-node';\nexport const verify = 1;\n",
  'workflows/state.ts': "import { verify } from '../activities/verify.ts';\nexport const v = verify;\n",
  'workflows/disk.ts': "import 'node:fs';\n",
  'worker/bed.ts': "import '../sandbox/s.ts';\n",
  'worker/run.ts': "import '../workflows/state.ts';\n",
  'sandbox/s.ts': "import '../cli/verb.ts';\nexport const s = 1;\n",
  'bench/b.ts': 'export const b = 1;\n',
  'scripts/w.ts': 'export const w = 1;\n',
  'cli/verb.ts': 'export const verb = 1;\n',
  'cli/sandbox.ts': "export const load = () => import('../sandbox/s.ts');\n",
  'simulation/measure.ts': "import type { b } from '../bench/b.ts';\nexport type B = typeof b;\n",
  'config/write.ts': "import '../scripts/w.ts';\n",
  'cli/list.ts': "import '../worker/main.ts';\n",
  'cli/check.ts': "import '../activities/verify.ts';\n",
  'worker/main.ts': 'export const m = 1;\n',
  'telemetry/a.ts': "import './b.ts';\nexport const a = 1;\n",
  'telemetry/b.ts': "import './a.ts';\n",
  'watcher/c.ts': "import type { D } from './d.ts';\nexport type C = D;\n",
  'watcher/d.ts': "import type { C } from './c.ts';\nexport type D = C[];\n",
  'simulation/temporal/e.ts': "import type { F } from './f.ts';\nexport type E = F;\n",
  'simulation/temporal/f.ts': "import type { E } from './e.ts';\nexport type F = E[];\n",
  'telemetry/gone.ts': "import './nowhere.ts';\n",
  'test/t.ts': 'export const t = 1;\n',
  ...Object.fromEntries(strays.map(([, path]) => [path, "import '../test/t.ts';\n"])),
};

const folder = mkdtempSync(join(tmpdir(), 'mendflow-imports-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function cruise(): string {
  for (const [path, text] of Object.entries(offences)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  for (const file of ['.dependency-cruiser.mjs', 'tsconfig.json', 'package.json'])
    cpSync(join(root, file), join(folder, file));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const program = join(root, 'node_modules', '.bin', 'depcruise');
  const { NODE_OPTIONS: _, ...env } = process.env;
  const options = ['--output-type', 'err', '--config', '.dependency-cruiser.mjs', '.'];
  return spawnSync(process.execPath, [program, ...options], { cwd: folder, env, encoding: 'utf8' }).stdout;
}

describe('the rules of who may import whom', () => {
  const report = cruise();

  const offending: [rule: string, path: string][] = [
    ...strays,
    ['domain-is-pure', 'domain/clock.ts'],
    ['domain-is-pure', 'domain/client.ts'],
    ['domain-imports-only-itself', 'domain/up.ts'],
    ['api-imports-only-domain-config-telemetry-temporal', 'api/cluster.ts'],
    [ruleNames.find((name) => name.startsWith('cli-imports-only-')) ?? '', 'cli/check.ts'],
    ['one-door-to-kubernetes', 'activities/verify.ts'],
    ['workflows-know-activities-by-type-only', 'workflows/state.ts'],
    ['workflows-are-loaded-by-path', 'worker/run.ts'],
    ['workflows-are-deterministic', 'workflows/disk.ts'],
    ['product-imports-no-laboratory', 'worker/bed.ts'],
    ['product-imports-no-laboratory', 'cli/sandbox.ts'],
    ['product-imports-no-laboratory', 'simulation/measure.ts'],
    ['product-imports-no-laboratory', 'config/write.ts'],
    ['cli-starts-parts-in-one-file', 'cli/list.ts'],
    ['no-circular', 'telemetry/a.ts'],
    ['no-circular', 'watcher/c.ts'],
    ['no-circular', 'simulation/temporal/e.ts'],
    ['imports-resolve', 'telemetry/gone.ts'],
  ];
  it.each(offending)('%s says no to %s', (rule, path) => {
    expect(report).toContain(`${rule}: ${path}`);
  });

  it('are all tried', () => {
    expect(strays.length).toBeGreaterThan(5);
    expect(ruleNames.filter((name) => !offending.some(([rule]) => rule === name))).toEqual([]);
  });

  it('leave everything else alone', () => {
    expect(report).not.toContain('config/c.ts →');
    expect(report).not.toContain('sandbox/s.ts →');
  });
});

describe('the product', () => {
  it('names no file of the laboratory; only the launcher looks whether it is in a checkout', () => {
    const named = sourceFiles(product).filter(({ text }) => /['"`/.](?:sandbox|bench|scripts|tools)\/[\w-]/.test(text));
    expect(named.map(({ path }) => path)).toEqual(['cli/mendflow.mjs']);
  });
});
