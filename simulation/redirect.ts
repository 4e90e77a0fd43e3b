import { registerHooks } from 'node:module';
import { extname } from 'node:path';

/** Put behind the address of a file, so that its simulated copy stands beside the real one in the same process. */
const mark = '?simulated';
const folder = new URL('.', import.meta.url);
const root = new URL('..', folder);
/** `.ts` in a checkout and in the image, `.js` in the npm package. */
const extension = extname(import.meta.filename);

/** What simulated code gets in place of Temporal's packages. */
const replacements: Record<string, string> = {
  '@temporalio/workflow': new URL(`temporal/workflow${extension}${mark}`, folder).href,
  '@temporalio/activity': new URL(`temporal/activity${extension}${mark}`, folder).href,
};

/** Rules and packages are the same for everybody; all other files of ours are loaded once more for the simulation. */
const shared = ['domain/', 'node_modules/'].map((name) => new URL(name, root).href);

const isCopied = (url: string) =>
  url.startsWith(root.href) && !url.endsWith(mark) && !shared.some((address) => url.startsWith(address));

let isRedirected = false;

/** From now on `simulated` modules, and what they import, run on our Temporal instead of the real one. */
function redirect(): void {
  if (isRedirected) return;
  isRedirected = true;
  registerHooks({
    resolve(specifier, context, next) {
      if (!context.parentURL?.endsWith(mark)) return next(specifier, context);
      const replacement = replacements[specifier];
      if (replacement !== undefined) return { url: replacement, shortCircuit: true };
      const found = next(specifier, context);
      return isCopied(found.url) ? { ...found, url: `${found.url}${mark}` } : found;
    },
  });
}

/** The module at this address over the simulated Temporal; the process stays free to use the real one. */
export async function simulated<T>(address: URL): Promise<T> {
  redirect();
  return import(`${address.href}${mark}`) as Promise<T>;
}
