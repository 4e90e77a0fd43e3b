import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The checkout's root folder. */
export const root = join(import.meta.dirname, '..', '..');

/** Folders of code, the product's and its tests'. */
export const folders = [
  'domain',
  'workflows',
  'activities',
  'worker',
  'api',
  'watcher',
  'cli',
  'config',
  'telemetry',
  'sandbox',
  'simulation',
  'bench',
  'scripts',
  'test',
] as const;

/** A file of code with its text. */
export interface SourceFile {
  /** From the root, with forward slashes. */
  path: string;
  text: string;
  lines: number;
}

/** Every TypeScript and JavaScript file under the folders that exist. */
export function sourceFiles(under: readonly string[]): SourceFile[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && under.includes(entry.name))
    .flatMap(({ name }) =>
      readdirSync(join(root, name), { recursive: true, encoding: 'utf8' }).map((path) => `${name}/${path}`),
    )
    .filter((path) => /\.(ts|mts|mjs|js)$/.test(path))
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      return { path, text, lines: text.trimEnd().split('\n').length };
    });
}
