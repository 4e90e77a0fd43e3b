import { MendflowError } from '../../domain/run/errors.ts';

const codeOf = (char: string) => char.charCodeAt(0);
const [quote, backslash, comma, colon] = [codeOf('"'), codeOf('\\'), codeOf(','), codeOf(':')];
const [openList, closeList, openObject, closeObject] = [codeOf('['), codeOf(']'), codeOf('{'), codeOf('}')];
const byteOrderMark = [0xef, 0xbb, 0xbf];
const longestName = 64;

const isSpace = (byte: number | undefined) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/**
 * Walks over JSON from value to value in linear time, without recursion and without building what it passes. It finds
 * where values begin and end; whether they are valid inside is for whoever parses them. Throws INVALID_ALERT where it
 * cannot go on.
 */
export class JsonWalker {
  readonly bytes: Buffer;
  /** Position of the next value. */
  at = 0;
  /** Strings, containers and commas passed so far: about what parsing would have made. */
  values = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    if (byteOrderMark.every((byte, index) => bytes[index] === byte)) this.at = byteOrderMark.length;
    this.#skipSpace();
  }

  sees(char: string): boolean {
    return this.bytes[this.at] === codeOf(char);
  }

  /** Calls `read` at the value of each field of the object that begins here; it must walk over that value. */
  eachField(read: (name: string) => void): void {
    this.#each(openObject, closeObject, () => {
      const name = this.#name();
      this.#take(colon);
      read(name);
    });
  }

  /** Calls `read` at each item of the list that begins here; it must walk over that item. */
  eachItem(read: () => void): void {
    this.#each(openList, closeList, read);
  }

  /** Goes behind the value that begins here, and gives how deep it is nested. */
  skipValue(): number {
    const first = this.bytes[this.at];
    if (first === quote) this.#skipString();
    else if (first === openList || first === openObject) return this.#skipContainer();
    else this.#skipScalar();
    return 0;
  }

  /** Throws unless nothing follows. */
  end(): void {
    this.#skipSpace();
    if (this.at < this.bytes.length) this.#fail();
  }

  #each(open: number, close: number, read: () => void): void {
    this.#take(open);
    this.#skipSpace();
    if (this.bytes[this.at] === close) {
      this.at += 1;
      return;
    }
    for (;;) {
      read();
      this.#skipSpace();
      if (this.bytes[this.at] === close) {
        this.at += 1;
        return;
      }
      this.#take(comma);
    }
  }

  #skipSpace(): void {
    while (isSpace(this.bytes[this.at])) this.at += 1;
  }

  /** Takes the sign, and the space around it. */
  #take(sign: number): void {
    this.#skipSpace();
    if (this.bytes[this.at] !== sign) this.#fail();
    this.at += 1;
    this.#skipSpace();
  }

  /** The name of a field; empty for one that is too long to be looked for. */
  #name(): string {
    const start = this.at;
    if (this.bytes[start] !== quote) this.#fail();
    this.#skipString();
    if (this.at - start > longestName) return '';
    try {
      return String(JSON.parse(this.bytes.toString('utf8', start, this.at)));
    } catch {
      return this.#fail();
    }
  }

  #skipString(): void {
    this.values += 1;
    this.at = endOfString(this.bytes, this.at);
    if (this.at > this.bytes.length) this.#fail();
  }

  #skipScalar(): void {
    const start = this.at;
    for (let byte = this.bytes[this.at]; byte !== undefined && !ends(byte); byte = this.bytes[this.at]) this.at += 1;
    if (this.at === start) this.#fail();
  }

  /** In local variables, because megabytes pass through here. */
  #skipContainer(): number {
    const { bytes } = this;
    let [at, depth, deepest, values] = [this.at, 0, 0, 0];
    do {
      const byte = bytes[at];
      if (byte === quote) {
        values += 1;
        at = endOfString(bytes, at);
      } else {
        if (byte === openList || byte === openObject) {
          values += 1;
          depth += 1;
          if (depth > deepest) deepest = depth;
        } else if (byte === closeList || byte === closeObject) depth -= 1;
        else if (byte === comma) values += 1;
        at += 1;
      }
    } while (depth > 0 && at < bytes.length);
    this.at = at;
    this.values += values;
    if (depth > 0 || at > bytes.length) this.#fail();
    return deepest;
  }

  #fail(): never {
    const what = this.at < this.bytes.length ? `is not JSON at byte ${this.at}` : 'ends before it is complete';
    throw new MendflowError('INVALID_ALERT', `body: ${what}`);
  }
}

/** Behind the string that begins here; beyond the end where it is not closed. */
function endOfString(bytes: Buffer, start: number): number {
  const { length } = bytes;
  let at = start + 1;
  for (; at < length; at += 1) {
    const byte = bytes[at];
    if (byte === quote) return at + 1;
    if (byte === backslash) at += 1;
  }
  return length + 1;
}

const ends = (byte: number) => isSpace(byte) || byte === comma || byte === closeList || byte === closeObject;
