import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The checkout's root folder. */
export const root = join(import.meta.dirname, '..', '..');

/** Folders of the product's code: what the image holds. */
export const product = [
  'domain',
  'workflows',
  'activities',
  'worker',
  'api',
  'watcher',
  'cli',
  'config',
  'telemetry',
  'temporal',
  'simulation',
] as const;

/** Folders of code: the product's, the laboratory's and the tests'. */
export const folders = [...product, 'sandbox', 'bench', 'scripts', 'test'] as const;

/** What .gitignore names, and git's own folder. */
const ignored = ['.git', ...readFileSync(join(root, '.gitignore'), 'utf8').split('\n')]
  .map((line) => line.trim().replace(/\/$/, ''))
  .filter((line) => line !== '');

/** The path of every file of the checkout, from the root; git is not asked, for the checkout may be an unpacked archive. */
export function checkoutFiles(under = ''): string[] {
  return readdirSync(join(root, under), { withFileTypes: true })
    .filter(({ name }) => !ignored.includes(name))
    .flatMap((entry) => {
      const path = under === '' ? entry.name : `${under}/${entry.name}`;
      return entry.isDirectory() ? checkoutFiles(path) : [path];
    });
}

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
