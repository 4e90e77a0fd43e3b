import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PolicyMode } from '../domain/policy/mode.ts';
import { SandboxError } from './sandbox-error.ts';

/** The ready-made policies that act in the sandbox: one by itself, one after a person has approved. The others observe. */
export const actingPolicies: Readonly<Record<string, PolicyMode>> = { 'memory-leak': 'Auto', 'crash-loop': 'Approve' };

const root = join(import.meta.dirname, '..');
const readyMade = join(root, 'policies');
const modeLine = /^ {2}mode: .*$/m;

/** The text of a ready-made policy as the sandbox has it: its mode is the only line that differs. */
export function asInSandbox(name: string, text: string): string {
  const mode = actingPolicies[name];
  if (mode === undefined) return text;
  if (!modeLine.test(text)) throw new SandboxError(`${name}.yaml has no line for its mode`);
  return text.replace(modeLine, `  mode: ${mode} # in this sandbox; the ready-made one observes`);
}

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

/**
 * Puts the ready-made policies into the data folder, and returns their folder. A file that somebody has changed since is
 * left as it is; every other one is written anew.
 */
export function layOutPolicies(dataFolder: string): string {
  const folder = join(dataFolder, 'policies');
  const record = join(dataFolder, 'policies.json');
  mkdirSync(folder, { recursive: true });
  const before = existsSync(record) ? (JSON.parse(readFileSync(record, 'utf8')) as Record<string, string>) : {};
  const written: Record<string, string> = {};
  for (const file of readdirSync(readyMade).filter((each) => /^[a-z-]+\.yaml$/.test(each))) {
    const path = join(folder, file);
    const text = asInSandbox(file.replace('.yaml', ''), readFileSync(join(readyMade, file), 'utf8')).replace(
      '$schema=../docs/',
      () => `$schema=${join(root, 'docs')}/`,
    );
    const isChanged = existsSync(path) && before[file] !== hashOf(readFileSync(path, 'utf8'));
    if (!isChanged) writeFileSync(path, text);
    written[file] = isChanged ? (before[file] ?? '') : hashOf(text);
  }
  writeFileSync(record, JSON.stringify(written));
  return folder;
}
