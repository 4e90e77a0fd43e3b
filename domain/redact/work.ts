/** Counts the characters that a scan reads, so that a test can hold it to linear time without a clock. */
export interface Work {
  steps: number;
}

/** A line that is read one character at a time; every read counts. */
export class CountedLine {
  readonly text: string;
  readonly #work: Work;

  constructor(text: string, work: Work) {
    this.text = text;
    this.#work = work;
  }

  get length(): number {
    return this.text.length;
  }

  /** The character there; empty beyond both ends. */
  at(index: number): string {
    this.#work.steps += 1;
    return this.text[index] ?? '';
  }

  /** The first index from there on whose character is not of the kind; the length where all are. */
  endOf(kind: (character: string) => boolean, from: number): number {
    let index = from;
    while (index < this.text.length && kind(this.at(index))) index += 1;
    return index;
  }

  /** Whether the text stands there; `lowered`, given in lower case, is compared without regard to case. */
  has(lowered: string, at: number): boolean {
    this.#work.steps += lowered.length;
    return this.text.slice(at, at + lowered.length).toLowerCase() === lowered;
  }

  slice(from: number, to: number): string {
    this.#work.steps += Math.max(0, to - from);
    return this.text.slice(from, to);
  }
}

const between = (character: string, first: string, last: string) => character >= first && character <= last;

export const isLower = (character: string): boolean => character.length === 1 && between(character, 'a', 'z');
export const isUpper = (character: string): boolean => character.length === 1 && between(character, 'A', 'Z');
export const isDigit = (character: string): boolean => character.length === 1 && between(character, '0', '9');
export const isSpace = (character: string): boolean => character === ' ' || character === '\t' || character === '\r';
export const isQuote = (character: string): boolean => character === '"' || character === "'" || character === '`';

/** What keys, names, flags and most tokens are made of. */
export const isWordCharacter = (character: string): boolean =>
  isLower(character) ||
  isUpper(character) ||
  isDigit(character) ||
  character === '_' ||
  character === '-' ||
  character === '.';
