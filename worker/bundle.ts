import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'node_modules', '.cache', 'mendflow');
/** `.ts` in a checkout and in the image, `.js` in the npm package. */
const extension = extname(import.meta.url);

/**
 * The workflows as one script. Bundling takes seconds, so the result is kept beside node_modules under the digest of
 * its sources; an image builds it once (`node worker/bundle.ts`).
 */
export async function workflowBundle(): Promise<{ codePath: string }> {
  const codePath = join(folder, `workflows-${sourceDigest()}.cjs`);
  if (existsSync(codePath)) return { codePath };
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(root, 'workflows', `index${extension}`),
    payloadConverterPath: join(root, 'workflows', `payload-converter${extension}`),
    logger: { log: silent, trace: silent, debug: silent, info: silent, warn: console.error, error: console.error },
  });
  mkdirSync(folder, { recursive: true });
  // Whoever finds the file finds all of it.
  const partial = `${codePath}.${process.pid}`;
  writeFileSync(partial, code);
  renameSync(partial, codePath);
  return { codePath };
}

function silent(): void {}

/** Digest over everything that goes into the bundle: our sources, how they are bundled, and the versions of what they import. */
function sourceDigest(): string {
  const hash = createHash('sha256');
  for (const part of ['workflows', 'domain']) {
    for (const name of readdirSync(join(root, part), { recursive: true, encoding: 'utf8' }).sort()) {
      if (name.endsWith(extension)) hash.update(name).update(readFileSync(join(root, part, name)));
    }
  }
  return hash
    .update(readFileSync(fileURLToPath(import.meta.url)))
    .update(readFileSync(join(root, 'package.json')))
    .digest('hex')
    .slice(0, 16);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { codePath } = await workflowBundle();
  console.info(`${dirname(codePath)} holds the workflow bundle`);
}
