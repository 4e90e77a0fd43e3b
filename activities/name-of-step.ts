import { createHash } from 'node:crypto';
import { trimmedEnd } from '../domain/text/trimmed.ts';

/** Job names longer than this cannot stand in a label of their pods. */
const longest = 63;

/** A name that only this step gives to an object, and gives at every attempt; at most 63 characters. */
export function nameOfStep(prefix: string, token: string): string {
  const digest = createHash('sha256').update(token).digest('hex').slice(0, 8);
  const kept = trimmedEnd(prefix.slice(0, longest - digest.length - 1), '-.');
  return `${kept}-${digest}`;
}
