import { hashContext, isKnownHash } from './known-hash.ts';
import { looksRandom } from './token-shape.ts';
import type { Span } from './value.ts';
import { type CountedLine, isDigit, isWordCharacter } from './work.ts';

const shortest = 20;
const shortestHex = 32;

/** What merely looks random, wherever it stands; hashes that the line names are left out. */
export function randomParts(line: CountedLine): Span[] {
  const found: Span[] = [];
  let from = 0;
  while (from < line.length) {
    const to = line.endOf(isRunCharacter, from);
    if (to - from >= shortest) {
      if (looksRandom(line.slice(from, to))) found.push({ from, to });
      else found.push(...hexParts(line, from, to));
    }
    from = to + 1;
  }
  return found;
}

function hexParts(line: CountedLine, start: number, end: number): Span[] {
  const found: Span[] = [];
  let from = start;
  while (from < end) {
    const to = Math.min(end, line.endOf(isHexDigit, from));
    const isWhole = isEdge(line.at(to)) && (from === start || isEdge(line.at(from - 1)));
    if (to - from >= shortestHex && isWhole) {
      const before = line.slice(Math.max(0, from - hashContext), from);
      if (!isKnownHash(before, to - from)) found.push({ from, to });
    }
    from = to + 1;
  }
  return found;
}

const isRunCharacter = (sign: string) => (isWordCharacter(sign) && sign !== '.') || '+/=~'.includes(sign || ' ');
const isHexDigit = (sign: string) => isDigit(sign) || (sign >= 'a' && sign <= 'f') || (sign >= 'A' && sign <= 'F');
const isEdge = (sign: string) => sign === '_' || sign === '-' || !isWordCharacter(sign);
