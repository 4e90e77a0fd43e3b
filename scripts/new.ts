// `npm run new action|notifier|guard|fault NAME`: writes the source, what proves it, and its place in the list.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { exitCodes } from '../cli/exit-codes.ts';
import { action } from './scaffold/action.ts';
import { fault } from './scaffold/fault.ts';
import { guard } from './scaffold/guard.ts';
import { type Names, namesOf } from './scaffold/names.ts';
import { notifier } from './scaffold/notifier.ts';
import type { Scaffold } from './scaffold/scaffold.ts';
import { root, tool } from './step.ts';

const scaffolds: readonly Scaffold[] = [action, notifier, guard, fault];

function usage(wrong: string): number {
  const kinds = scaffolds.map(({ kind, summary }) => `  ${kind.padEnd(10)}${summary}`).join('\n');
  console.error(`${wrong}\nusage: npm run new <kind> <name>, the name as drainCache or drain-cache\n${kinds}`);
  return exitCodes.usage;
}

function main([kind, text, ...more]: readonly string[]): number {
  const scaffold = scaffolds.find((each) => each.kind === kind);
  if (scaffold === undefined) return usage(kind === undefined ? 'say what is to be begun' : `there is no kind ${kind}`);
  if (text === undefined || more.length > 0) return usage(`say one name for the new ${kind}`);
  const names = namesOf(text);
  if (names === undefined) return usage(`${text} is not a name such as drainCache or drain-cache`);
  return begin(scaffold, names);
}

function begin(scaffold: Scaffold, names: Names): number {
  const { files, registry, next, kind } = scaffold;
  const written = files(names);
  const list = readFileSync(join(root, registry.path), 'utf8');
  const taken = written.find(({ path }) => existsSync(join(root, path)))?.path;
  if (taken !== undefined || new RegExp(`\\b${names.camel}\\b`).test(list)) {
    console.error(`${kind} ${names.camel} is there already: ${taken ?? registry.path}`);
    return exitCodes.failed;
  }
  const all = [...written, { path: registry.path, text: registry.withOne(list, names) }];
  for (const { path, text } of all) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const format = ['check', '--write', ...all.map(({ path }) => join(root, path))];
  const { status, stderr } = spawnSync(process.execPath, [tool('biome'), ...format], { encoding: 'utf8', cwd: root });
  if (status !== 0) {
    console.error(`the files are written, and cannot be formatted:\n${stderr}`);
    return exitCodes.failed;
  }
  console.log(all.map(({ path }) => `wrote ${path}`).join('\n'));
  console.log(
    `\nnext:\n${next(names)
      .map((line) => `  ${line}`)
      .join('\n')}`,
  );
  return exitCodes.ok;
}

process.exitCode = main(process.argv.slice(2));
