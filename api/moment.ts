import { MendflowError } from '../domain/run/errors.ts';
import { parseDuration } from '../domain/text/duration.ts';

/** A moment in RFC 3339 UTC, of a time or of how long ago it was. Throws INVALID_REQUEST for anything else. */
export function momentOf(since: string, nowMs: number): string {
  const agoMs = parseDuration(since);
  const moment = agoMs === undefined ? Date.parse(since) : nowMs - agoMs;
  const date = new Date(moment);
  if (Number.isNaN(date.getTime())) {
    throw new MendflowError('INVALID_REQUEST', `querystring.since: ${since} is neither a time nor a duration`);
  }
  return date.toISOString();
}
