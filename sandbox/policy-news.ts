import { type FSWatcher, readFileSync, watch } from 'node:fs';
import { policyNews } from '../domain/policy/listing.ts';

const words: Readonly<Record<string, (detail: string) => string>> = {
  [policyNews.loaded]: (detail) => `policies: ${detail} in force`,
  [policyNews.refused]: (detail) =>
    `policies refused; those before stay in force:\n  ${detail.replaceAll('\n', '\n  ')}`,
};

/** What a line of the worker's log says of the policies; undefined where it is about something else. */
function newsIn(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined;
  const { msg = '', detail = '' } = JSON.parse(line) as { msg?: string; detail?: string };
  return words[msg]?.(detail);
}

/** Says what the worker writes of its policies from now on, so that whoever edits one sees it at once. */
export function followPolicies(logFile: string, say: (news: string) => void): FSWatcher {
  const linesOf = () => readFileSync(logFile, 'utf8').split('\n').slice(0, -1);
  let seen = linesOf().length;
  return watch(logFile, () => {
    const lines = linesOf();
    for (const line of lines.slice(seen)) {
      const news = newsIn(line);
      if (news !== undefined) say(news);
    }
    seen = lines.length;
  });
}
