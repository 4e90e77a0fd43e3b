/** The pattern holds something that is not read here; never leaves this folder. */
export class Unsupported extends Error {}

/** Reads a pattern from left to right. */
export class Cursor {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  sees(part: string): boolean {
    return this.#text.startsWith(part, this.#at);
  }

  /** True, and behind it, when the part comes next. */
  take(part: string): boolean {
    const isNext = this.sees(part);
    if (isNext) this.#at += part.length;
    return isNext;
  }

  /** True when the part comes next and ends the pattern or a branch of it. */
  isLastOfBranch(part: string): boolean {
    const behind = this.#text[this.#at + part.length];
    return this.sees(part) && (behind === undefined || behind === '|');
  }

  /** The next character, whole. */
  next(): string {
    const code = this.#text.codePointAt(this.#at);
    if (code === undefined) throw new Unsupported();
    const char = String.fromCodePoint(code);
    this.#at += char.length;
    return char;
  }

  /** What the expression, which begins with ^, finds next. */
  match(expression: RegExp): RegExpExecArray | undefined {
    const found = expression.exec(this.#text.slice(this.#at));
    if (found !== null) this.#at += found[0].length;
    return found ?? undefined;
  }
}
