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

/** One bit for each kind of character, by its code; a comparison of texts would take most of the time of a scan. */
const bits = { lower: 1, upper: 2, digit: 4, space: 8, quote: 16, mark: 32 } as const;
const kinds = new Uint8Array(128);
const fill = (characters: string, bit: number) => {
  for (let index = 0; index < characters.length; index += 1) kinds[characters.charCodeAt(index)] = bit;
};
fill('abcdefghijklmnopqrstuvwxyz', bits.lower);
fill('ABCDEFGHIJKLMNOPQRSTUVWXYZ', bits.upper);
fill('0123456789', bits.digit);
fill(' \t\r', bits.space);
fill('"\'`', bits.quote);
fill('_-.', bits.mark);

const isOf = (character: string, wanted: number) => ((kinds[character.charCodeAt(0)] ?? 0) & wanted) !== 0;

export const isLower = (character: string): boolean => isOf(character, bits.lower);
export const isUpper = (character: string): boolean => isOf(character, bits.upper);
export const isDigit = (character: string): boolean => isOf(character, bits.digit);
export const isSpace = (character: string): boolean => isOf(character, bits.space);
export const isQuote = (character: string): boolean => isOf(character, bits.quote);

/** What keys, names, flags and most tokens are made of. */
export const isWordCharacter = (character: string): boolean =>
  isOf(character, bits.lower | bits.upper | bits.digit | bits.mark);
