import { closeSync, type FSWatcher, fstatSync, openSync, readFileSync, readSync, watch } from 'node:fs';
import { policyNews } from '../domain/policy/listing.ts';

const words: ReadonlyMap<unknown, (detail: string) => string> = new Map([
  [policyNews.loaded, (detail: string) => `policies: ${detail} in force`],
  [
    policyNews.refused,
    (detail: string) => `policies refused; those before stay in force:\n  ${detail.replaceAll('\n', '\n  ')}`,
  ],
]);

/** What a line of the worker's log says of the policies; undefined where it is about something else or is no JSON. */
function newsIn(line: string): string | undefined {
  const { msg, detail } = entryIn(line) ?? {};
  return words.get(msg)?.(typeof detail === 'string' ? detail : '');
}

function entryIn(line: string): { msg?: unknown; detail?: unknown } | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as object;
  } catch {
    // Other lines, such as an object that was printed, may begin in the same way.
    return undefined;
  }
}

const newline = 10;

/** Says what the worker writes of its policies from now on, so that whoever edits one sees it at once. */
export function followPolicies(logFile: string, say: (news: string) => void): FSWatcher {
  const log = openSync(logFile, 'r');
  // The byte at which the first line begins that is not finished.
  let offset = readFileSync(log).lastIndexOf(newline) + 1;
  const watcher = watch(logFile, () => {
    const added = bytesFrom(log, offset);
    const finished = added.subarray(0, added.lastIndexOf(newline) + 1);
    offset += finished.length;
    for (const line of finished.toString('utf8').split('\n')) {
      const news = newsIn(line);
      if (news !== undefined) say(news);
    }
  });
  return watcher.once('close', () => closeSync(log));
}

function bytesFrom(file: number, offset: number): Buffer {
  const bytes = Buffer.alloc(Math.max(0, fstatSync(file).size - offset));
  return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, offset));
}
