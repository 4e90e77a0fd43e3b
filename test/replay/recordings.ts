import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the recorded histories of a version are, and whether they may be replaced. */
export interface RecordingsOptions {
  /** Holds a folder for each version. */
  folder: string;
  /** The version that is recorded. */
  version: string;
  /** True when that version is out: runs of it are under way somewhere. */
  isReleased: boolean;
  /** Why files that are there are replaced; without it they are not. */
  again?: string;
}

/** The recorded histories of one version. Files that are there are locked by their digests. */
export interface Recordings {
  /** Throws, with what to do, when one of the files may not be written. */
  check(names: readonly string[]): void;
  /** True when the file is there already, or was and is listed. */
  has(name: string): boolean;
  /** Writes the files and their digests, and the reason when a file was replaced; throws as `check` does. */
  write(texts: Readonly<Record<string, string>>): void;
}

/** The digests of a version's files, as `sha256sum -c` reads them; lines with `#` say why a file was replaced. */
export const digestsFile = 'SHA256SUMS';

const digestOf = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');

/** True when the changelog has a section of the version, with or without a date. */
export function isReleased(changelog: string, version: string): boolean {
  return changelog.split('\n').some((line) => /^## \[?v?([^\]\s]+)/.exec(line)?.[1] === version);
}

/** Opens the recordings of a version. Throws when the reason is empty. */
export function openRecordings(options: RecordingsOptions): Recordings {
  const { version, again } = options;
  const folder = join(options.folder, version);
  const has = (name: string) => existsSync(join(folder, name)) || readDigests(folder).digests.has(name);
  if (again !== undefined && again.trim() === '') throw new Error('--again needs a reason: --again "why"');
  const check = (names: readonly string[]) => {
    const there = names.filter(has);
    if (there.length === 0) return;
    const files = there.join(', ');
    if (options.isReleased) throw new Error(`version ${version} is released, so ${files} must stay: ${released}`);
    if (again === undefined) throw new Error(`version ${version} has ${files} already: ${unreleased}`);
  };
  return {
    check,
    has,
    write(texts) {
      const names = Object.keys(texts);
      check(names);
      const replaced = names.filter(has);
      mkdirSync(folder, { recursive: true });
      for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
      const { digests, reasons } = readDigests(folder);
      for (const [name, text] of Object.entries(texts)) digests.set(name, digestOf(text));
      if (replaced.length > 0) reasons.push(`# ${replaced.join(', ')}: ${(again ?? '').replace(/\s+/g, ' ').trim()}`);
      writeFileSync(join(folder, digestsFile), linesOf(digests, reasons));
    },
  };
}

const released =
  'runs like them go on with the workflows of today. Keep the old order in the workflow behind patched() ' +
  '(docs/upgrading.md), raise the version in package.json, and record there.';
const unreleased =
  'where the workflows of today cannot replay it, keep the old order behind patched() (docs/upgrading.md). Where no run ' +
  'like it is under way, give --again "why"; the reason is written beside the digests.';

/** What is wrong with the files of a version's folder, in words; empty when they are those that were recorded. */
export function faultsOfRecordings(folder: string): string[] {
  const { digests } = readDigests(folder);
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name !== digestsFile) : [];
  const unlisted = files.filter((name) => !digests.has(name)).map((name) => `${name} has no digest in ${digestsFile}`);
  const listed = [...digests].flatMap(([name, digest]) => {
    if (!files.includes(name)) return [`${name} is listed in ${digestsFile} and is missing`];
    return digestOf(readFileSync(join(folder, name))) === digest ? [] : [`${name} is not the file that was recorded`];
  });
  return [...unlisted, ...listed].sort();
}

interface Digests {
  digests: Map<string, string>;
  /** Whole lines, oldest first. */
  reasons: string[];
}

function readDigests(folder: string): Digests {
  const path = join(folder, digestsFile);
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];
  const reasons = lines.filter((line) => line.startsWith('#'));
  const rows = lines.filter((line) => !line.startsWith('#')).map((line) => line.split('  '));
  return { reasons, digests: new Map(rows.map(([digest = '', name = '']) => [name, digest])) };
}

function linesOf(digests: ReadonlyMap<string, string>, reasons: readonly string[]): string {
  const rows = [...digests].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, digest]) => `${digest}  ${name}`);
  return `${[...reasons, ...rows].join('\n')}\n`;
}
