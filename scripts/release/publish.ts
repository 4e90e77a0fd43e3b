import { join } from 'node:path';
import { isPrerelease } from './check.ts';

/** How `npm publish` is called for the packed package: with provenance, and a prerelease never becomes `latest`. */
export function npmArguments(version: string, folder: string): string[] {
  const channel = isPrerelease(version) ? 'next' : 'latest';
  return ['publish', join(folder, `mendflow-${version}.tgz`), '--provenance', '--access=public', `--tag=${channel}`];
}

/** How `gh release create` is called: the notes are the changelog's section, every other file of the folder is attached. */
export function githubArguments(tag: string, folder: string, files: readonly string[]): string[] {
  const attached = files.filter((name) => name !== 'notes.md').sort();
  return [
    ...['release', 'create', tag, '--verify-tag', `--title=${tag}`, `--notes-file=${join(folder, 'notes.md')}`],
    ...(isPrerelease(tag) ? ['--prerelease'] : []),
    ...attached.map((name) => join(folder, name)),
  ];
}
