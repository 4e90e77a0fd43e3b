// Loads the tests of the rules, in a fresh copy of the modules each time it is asked.
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CollectedTest } from './test-globals.ts';

const globalsUrl = new URL('./test-globals.ts', import.meta.url).href;

/**
 * Makes every module of `folder` load once more for each version of the module that imports it: `?2` imports `?2`.
 * Packages are loaded once.
 */
export function versionModules(folder: string): void {
  const ours = `${pathToFileURL(folder).href}/`;
  registerHooks({
    resolve(specifier, context, next) {
      const version = new URL(context.parentURL ?? 'file:///').search;
      if (specifier === '@jest/globals') return { url: `${globalsUrl}${version}`, shortCircuit: true };
      const resolved = next(specifier, context);
      const isOurs = resolved.url.startsWith(ours) && !resolved.url.includes('?');
      return isOurs ? { ...resolved, url: `${resolved.url}${version}` } : resolved;
    },
  });
}

/** A test that can be told apart from all others, whichever process asks. */
export interface KnownTest extends CollectedTest {
  id: string;
}

/** The tests of the files, from modules that nothing else has loaded. Rejects when a file cannot be loaded. */
export async function loadTests(files: readonly string[], version: number): Promise<KnownTest[]> {
  const globals = (await import(`${globalsUrl}?${version}`)) as { collected: CollectedTest[] };
  const tests: KnownTest[] = [];
  for (const file of files) {
    globals.collected.length = 0;
    await import(`${pathToFileURL(join(process.cwd(), file)).href}?${version}`);
    tests.push(...globals.collected.map((test, index) => ({ ...test, id: `${file} ${index} ${test.name}` })));
  }
  return tests;
}
