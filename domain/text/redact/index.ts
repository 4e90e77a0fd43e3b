import { type Carry, LineScan } from './line.ts';
import { isSpace, type Work } from './work.ts';

const redacted = '[redacted]';

/** How much is looked at, in characters; what is longer is cut first, so that nothing is shown unread. */
export const redactLimits = { text: 65_536, line: 4_096 } as const;

/**
 * The text without what looks like a secret: by the key before it, by its shape, by its entropy. One pass over each line,
 * in linear time; `work` counts the characters read. Beyond `redactLimits` a text or a line is cut, and says so.
 */
export function redact(text: string, work: Work = { steps: 0 }): string {
  const whole = withoutKeyBlocks(cut(text, redactLimits.text), work);
  let carry: Carry = {};
  const lines = whole.split('\n').map((line) => {
    const cutLine = cut(line, redactLimits.line);
    if (carry.blockIndent !== undefined) {
      if (cutLine.trim() === '' || indentOf(cutLine) > carry.blockIndent)
        return cutLine.trim() === '' ? cutLine : redacted;
    }
    if (cutLine.length < shortestFinding) {
      carry = {};
      return cutLine;
    }
    const scan = new LineScan(cutLine, work);
    scan.run(carry.isNamed === true);
    carry = scan.carry;
    return scan.result(redacted);
  });
  return lines.join('\n');
}

function indentOf(line: string): number {
  let index = 0;
  while (isSpace(line[index] ?? '')) index += 1;
  return index;
}

/** `pw=x` */
const shortestFinding = 4;
const longestPartOfWord = 256;

/** The beginning of a text that is too long, without the word that the cut goes through, and how much is missing. */
function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const room = limit - 40;
  let end = room;
  while (room - end < longestPartOfWord && !isGap(text[end] ?? '')) end -= 1;
  const kept = isGap(text[end] ?? '') ? end : room;
  return `${text.slice(0, kept)} [${text.length - kept} characters cut]`;
}

const isGap = (character: string) => isSpace(character) || character === '\n';

/** Keys in PEM form go as a whole, also where their line breaks are written as `\n` and where the end is missing. */
function withoutKeyBlocks(text: string, work: Work): string {
  const begin = '-----BEGIN ';
  const end = '-----END ';
  work.steps += text.length;
  let out = '';
  let from = 0;
  for (let at = text.indexOf(begin); at !== -1; at = text.indexOf(begin, from)) {
    out += text.slice(from, at) + redacted;
    const close = text.indexOf(end, at);
    if (close === -1) return out;
    const rest = text.indexOf('-----', close + end.length);
    if (rest === -1) return out;
    from = rest + 5;
  }
  return out + text.slice(from);
}
