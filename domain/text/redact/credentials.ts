import { isHarmless, type Opening, referenceAt, type Span, valueAt } from './value.ts';
import { type CountedLine, isDigit, isSpace, isUpper, isWordCharacter } from './work.ts';

/** What stands where credentials may stand; whoever reads the line goes on at `to`. */
export interface Found extends Span {
  isSecret: boolean;
}

/** How far an argument is read that may not be hidden, so that reading it again stays linear. */
const pairRead = 64;

/** No credential is so short and only letters: `Send Authorization: Bearer with a token` is prose. */
const isShortWord = (value: string) => value.length < 6 && [...value].every((sign) => sign >= 'a' && sign <= 'z');

const nothingUpTo = (to: number): Found => ({ from: to, to, isSecret: false });

/** The value of an authorization header: `Bearer x`, `token x`, `Digest username="a", …`: the scheme stays. */
export function authorizationAt(line: CountedLine, { at, quote, depth }: Opening): Found {
  const end = line.endOf(isWordCharacter, at);
  const scheme = line.slice(at, end).toLowerCase();
  const next = line.endOf(isSpace, end);
  const hasScheme = end > at && next > end && next < line.length;
  const from = hasScheme ? next : at;
  const reference = referenceAt(line, from);
  if (reference > 0) return nothingUpTo(from + reference);
  const isWhole = quote === undefined && hasScheme && ['digest', 'aws4-hmac-sha256', 'hawk', 'oauth'].includes(scheme);
  const span = isWhole ? { from, to: line.length } : valueAt(line, { at: from, depth, ...(quote && { quote }) });
  const value = line.slice(span.from, span.to);
  return { ...span, isSecret: !(hasScheme && isShortWord(value)) && !isHarmless(value, false) };
}

/** `Bearer x` without its header, behind the scheme. Words of lower case only are prose: `basic authentication failed`. */
export function credentialAt(line: CountedLine, end: number): Found {
  const from = line.endOf(isSpace, end);
  const to = line.endOf((sign) => isWordCharacter(sign) || '~+/='.includes(sign), from);
  if (from === end || to - from < 6) return nothingUpTo(end);
  const isProse = ![...line.slice(from, to)].some((sign) => isUpper(sign) || isDigit(sign) || '._+/='.includes(sign));
  return isProse ? nothingUpTo(from) : { from, to, isSecret: true };
}

/** `user:secret`, as clients take it; nothing where it is none. */
export function pairAt(line: CountedLine, opening: Opening): Found {
  const begun = valueAt(line, opening, pairRead);
  const value = line.slice(begun.from, begun.to);
  if (!value.includes(':') || value.includes('://')) return nothingUpTo(opening.at);
  const span = valueAt(line, opening);
  return { ...span, isSecret: !isHarmless(line.slice(span.from, span.to), opening.quote !== undefined) };
}
