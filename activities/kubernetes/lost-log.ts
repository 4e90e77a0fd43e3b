import { MendflowError } from '../../domain/run/errors.ts';

/** What a kubelet answers, with status 200 as if it were the log, when the container or its file is gone. */
const insteadOfLog = [
  /^unable to retrieve container logs for [a-z-]+:\/\/[0-9a-f]{1,128}$/,
  /^failed to try resolving symlinks in path "[^"]{1,500}": lstat [^\n]{1,500}: no such file or directory$/,
];
/** What it answers, with status 400, when there is no container to read from. */
const noContainer =
  /previous terminated container "[^"]{1,300}" in pod "[^"]{1,300}" not found|in pod "[^"]{1,300}" is (?:waiting to start|terminated|not available)/;
const longestAnswer = 1_200;

/** True when the text is the kubelet's word that it has no log, and not a log. */
export function isLostLog(text: string): boolean {
  if (text.length > longestAnswer) return false;
  const line = text.trimEnd();
  return insteadOfLog.some((words) => words.test(line));
}

/** True when the kubelet refused because the container has no log: it never ran, or nothing is left of its last run. */
export function saysNoLog(error: unknown): boolean {
  if (!(error instanceof MendflowError)) return false;
  return noContainer.test(error.message) || error.message.includes('unable to retrieve container logs for ');
}
