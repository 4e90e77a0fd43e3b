import { CommandLine } from './command-line.ts';
import { authorizationAt, credentialAt, type Found, pairAt } from './credentials.ts';
import { randomParts } from './random-part.ts';
import { keyStrength } from './secret-key.ts';
import { isMarkedToken } from './token-shape.ts';
import {
  isHarmless,
  listAt,
  looksSecretAt,
  type Opening,
  openingAt,
  referenceAt,
  type Span,
  valueAt,
} from './value.ts';
import { CountedLine, isDigit, isQuote, isSpace, isWordCharacter, type Work } from './work.ts';

/** What the line before said: a key whose value stands on the next line, as in YAML. */
export interface Carry {
  /** `name: DB_PASSWORD`: the next `value:` is a secret. */
  isNamed?: boolean;
  /** `password: |`: everything that is further in than so many spaces is the secret. */
  blockIndent?: number;
}

/** One pass over one line. Every rule reads on from where it stands and never goes back, so the work is linear. */
export class LineScan {
  readonly #line: CountedLine;
  readonly #hidden: Uint8Array;
  readonly #commands = new CommandLine();
  /** No `@` stands between here and there; asked again and again otherwise. */
  #noAtBefore = 0;
  readonly carry: Carry = {};

  constructor(text: string, work: Work) {
    this.#line = new CountedLine(text, work);
    this.#hidden = new Uint8Array(text.length);
  }

  /** Hides what a rule finds; `isNamed` as the line before said. */
  run(isNamed: boolean): void {
    const line = this.#line;
    let index = 0;
    while (index < line.length) {
      const character = line.at(index);
      if (isWordCharacter(character)) index = this.#word(index, isNamed);
      else {
        if ('|;&'.includes(character)) this.#commands.end();
        if (character === '@') this.#goDsn(index);
        index += 1;
      }
    }
    for (const part of randomParts(line)) if (this.#hidden[part.from] === 0) this.#hide(part);
  }

  /** The line with every hidden part replaced. */
  result(mark: string): string {
    const { text } = this.#line;
    let out = '';
    let index = 0;
    while (index < text.length) {
      const isHidden = this.#hidden[index] === 1;
      let end = index;
      while (end < text.length && (this.#hidden[end] === 1) === isHidden) end += 1;
      out += isHidden ? mark : text.slice(index, end);
      index = end;
    }
    return out;
  }

  #hide({ from, to }: Span): number {
    this.#hidden.fill(1, from, to);
    return to;
  }

  #take({ from, to, isSecret }: Found): number {
    return isSecret ? this.#hide({ from, to }) : to;
  }

  /** Handles the word that begins there; says where to read on. */
  #word(from: number, isNamed: boolean): number {
    const line = this.#line;
    const end = line.endOf(isWordCharacter, from);
    const word = line.slice(from, end);
    if (isMarkedToken(word)) return this.#hide({ from, to: end });
    // `http://` is no call of HTTPie.
    const meaning = line.has('://', end) ? undefined : this.#commands.take(word);
    if (typeof meaning === 'object') {
      const at = from + meaning.glued;
      return meaning.isPair ? this.#take(pairAt(line, { at, depth: 0 })) : this.#hide({ from: at, to: end });
    }
    if (meaning !== undefined) return this.#flagValue(end, meaning === 'pair') ?? end;
    const lowered = word.length <= 32 ? word.toLowerCase() : '';
    if (isNamed && lowered === 'value') return this.#assigned(end, { word, isAlways: true }) ?? end;
    if (lowered === 'bearer' || lowered === 'basic') return this.#take(credentialAt(line, end));
    if (lowered === 'thin' && line.at(end) === ':') return this.#upToAt(end + 1) ?? end;
    if (lowered === 'identified') return this.#identifiedBy(end) ?? end;
    if (isWebhookHost(lowered) && line.at(end) === '/') return this.#webhookPath(end);
    if (line.has('://', end)) return this.#userInfo(end + 3);
    return this.#assigned(end, { word }) ?? end;
  }

  /** `key=value`, `"key": "value"`, `--key value`, `<key>value<`, `key%3Dvalue`: undefined where no value follows. */
  #assigned(end: number, { word, isAlways = false }: { word: string; isAlways?: boolean }): number | undefined {
    const line = this.#line;
    const strength = isAlways ? 'strong' : keyStrength(word);
    if (strength === 'none') return undefined;
    const afterKey = line.endOf((sign) => sign === '\\' || sign === ']' || isQuote(sign), end);
    const sign = line.endOf(isSpace, afterKey);
    const value = this.#behindSeparator(sign);
    if (value !== undefined) return this.#valueOf(word, { strength, at: value, isColon: line.at(sign) === ':' });
    if (word.startsWith('--') && strength === 'strong') return this.#flagValue(end, false);
    if (line.at(sign) === ',') return this.#namedValue(sign);
    // SQL: ALTER USER shop WITH PASSWORD 'x'.
    if (strength === 'strong' && sign > end && line.at(sign) === "'")
      return this.#hide(valueAt(line, openingAt(line, sign)));
    if (sign >= line.length) this.carry.isNamed = strength === 'strong';
    return Math.max(sign, end);
  }

  /** Where the value begins behind `=`, `:`, `:=`, `=>`, `>` or `%3D`. */
  #behindSeparator(at: number): number | undefined {
    const line = this.#line;
    if (line.has('%3d', at) || line.has('%3a', at)) return at + 3;
    if (line.has('://', at)) return undefined;
    const first = line.at(at);
    if (!'=:>'.includes(first) || first === '') return undefined;
    const end = Math.min(
      at + 2,
      line.endOf((sign) => '=:>'.includes(sign), at),
    );
    return end;
  }

  #valueOf(
    word: string,
    { strength, at, isColon }: { strength: 'strong' | 'weak'; at: number; isColon: boolean },
  ): number {
    const line = this.#line;
    const key = word.toLowerCase();
    const list = listAt(line, at);
    const opening = openingAt(line, list ?? at);
    const isQuoted = opening.quote !== undefined;
    const reference = referenceAt(line, opening.at);
    if (reference > 0) return opening.at + reference;
    if (key.endsWith('authorization')) return this.#take(authorizationAt(line, opening));
    if (strength === 'weak' && !looksSecretAt(line, opening.at)) return opening.at;
    const span = valueAt(line, opening);
    if (isColon && !isQuoted && key.endsWith('passphrase') && this.#hasMoreWords(span))
      return this.#hide({ from: span.from, to: line.length });
    const value = line.slice(span.from, span.to);
    if (isHarmless(value, isQuoted)) {
      const isBlock = isColon && !isQuoted && (value.startsWith('|') || value.startsWith('>'));
      if (isBlock) this.carry.blockIndent = line.endOf((sign) => isSpace(sign) || sign === '-', 0);
      return span.to;
    }
    if (key.endsWith('tokens') && [...value].every(isDigit)) return span.to;
    if (key.endsWith('cookie') && !isQuoted)
      return this.#hide({ from: span.from, to: this.#endOfCookies(span.to, isColon) });
    if (!isQuoted) return this.#hide(span);
    const end = this.#hideQuoted(span, opening);
    return list === undefined ? end : this.#restOfList(end);
  }

  /** The quotes go as well, so that what is left reads the same for every form. */
  #hideQuoted(span: Span, { at, quote, depth }: Opening): number {
    const line = this.#line;
    const close = line.at(span.to) === quote || line.at(span.to) === '\\' ? span.to + depth + 1 : span.to;
    return this.#hide({ from: at - depth - 1, to: Math.min(line.length, close) });
  }

  /** `["a","b"]`: the strings behind the first one, as in the headers that Go writes as JSON. */
  #restOfList(from: number): number {
    const line = this.#line;
    let end = from;
    while (line.at(end) === ',') {
      const opening = openingAt(line, end + 1);
      if (opening.quote === undefined) return end;
      end = this.#hideQuoted(valueAt(line, opening), opening);
    }
    return end;
  }

  /** Whether further words stand behind an unquoted one: a passphrase is a sentence, whatever its first word is. */
  #hasMoreWords({ to }: Span): boolean {
    const line = this.#line;
    return isSpace(line.at(to)) && line.endOf(isSpace, to) < line.length;
  }

  /** A header of cookies goes to the end of the line, or to the quote around it; `cookie=a=b; c=d` over all its pairs. */
  #endOfCookies(from: number, isHeader: boolean): number {
    const line = this.#line;
    if (isHeader) return line.endOf((sign) => !isQuote(sign) && sign !== '\\', from);
    let end = from;
    while (line.at(end) === ';' && isSpace(line.at(end + 1))) {
      end = line.endOf((sign) => !isSpace(sign) && sign !== ';' && !isQuote(sign), end + 2);
    }
    return end;
  }

  /** The argument behind a flag, also in a list: `-p x`, `["--password", "x"]`. */
  #flagValue(end: number, isPair: boolean): number | undefined {
    const line = this.#line;
    const gap = line.endOf(
      (sign) => isSpace(sign) || sign === ',' || sign === '=' || sign === '\\' || isQuote(sign),
      end,
    );
    if (gap === end) return undefined;
    const quote = isQuote(line.at(gap - 1)) ? line.at(gap - 1) : undefined;
    if (line.at(gap) === '-' || referenceAt(line, gap) > 0) return gap;
    const opening: Opening = { at: gap, depth: 0, ...(quote && { quote }) };
    if (isPair) return this.#take(pairAt(line, opening));
    const span = valueAt(line, opening);
    return isHarmless(line.slice(span.from, span.to), quote !== undefined) ? span.to : this.#hide(span);
  }

  /** `{"name":"DB_PASSWORD","value":"x"}`, as containers name their variables. */
  #namedValue(comma: number): number {
    const line = this.#line;
    const at = line.endOf((sign) => isSpace(sign) || sign === '\\' || isQuote(sign), comma + 1);
    if (!line.has('value', at) || isWordCharacter(line.at(at + 5))) return at;
    return this.#assigned(at + 5, { word: 'value', isAlways: true }) ?? at;
  }

  /** SQL: CREATE USER shop IDENTIFIED BY 'x'. */
  #identifiedBy(end: number): number | undefined {
    const line = this.#line;
    const by = line.endOf(isSpace, end);
    if (!line.has('by', by)) return undefined;
    const at = line.endOf(isSpace, by + 2);
    return at > by + 2 && isQuote(line.at(at)) ? this.#hide(valueAt(line, openingAt(line, at))) : at;
  }

  /** `user:secret@host`: read to the end of the authority, or on to the end of the word where no port follows the colon. */
  #userInfo(from: number): number {
    const line = this.#line;
    const end = line.endOf((sign) => isAuthority(sign), from);
    let at = -1;
    let colon = -1;
    for (let index = from; index < end; index += 1) {
      const sign = line.at(index);
      if (sign === '@') at = index;
      if (sign === ':' && colon === -1) colon = index;
    }
    if (at > from && colon !== -1 && colon < at) return this.#hide({ from, to: at });
    if (at === -1 && colon !== -1 && !isDigit(line.at(colon + 1))) return this.#upToAt(from) ?? from;
    return from;
  }

  /** Hides up to the last `@` of the word, if there is one. */
  #upToAt(from: number): number | undefined {
    const line = this.#line;
    if (from < this.#noAtBefore) return undefined;
    const end = line.endOf((sign) => !isSpace(sign) && !isQuote(sign) && sign !== '<' && sign !== '>', from);
    const at = line.slice(from, end).lastIndexOf('@');
    if (at > 0) return this.#hide({ from, to: from + at });
    this.#noAtBefore = end;
    return undefined;
  }

  /** `user:secret@tcp(host:3306)`: Go's form for MySQL. The way back ends at what was hidden or at 128 characters. */
  #goDsn(at: number): void {
    const line = this.#line;
    if (!line.has('@tcp(', at) && !line.has('@unix(', at)) return;
    let from = at;
    let hasColon = false;
    while (from > 0 && at - from < 128 && this.#hidden[from - 1] === 0) {
      const sign = line.at(from - 1);
      if (isSpace(sign) || isQuote(sign) || '=()[]'.includes(sign)) break;
      hasColon ||= sign === ':';
      from -= 1;
    }
    if (hasColon) this.#hide({ from, to: at });
  }

  /** The path of a chat's webhook is its secret. */
  #webhookPath(from: number): number {
    const line = this.#line;
    const end = line.endOf((sign) => !isSpace(sign) && !isQuote(sign) && sign !== '<' && sign !== '>', from);
    return end - from > 10 ? this.#hide({ from: from + 1, to: end }) : end;
  }
}

const isAuthority = (sign: string) => !isSpace(sign) && !isQuote(sign) && !'/?#<>\\'.includes(sign);

const webhookHosts = ['hooks.slack.com', 'discord.com', 'discordapp.com', 'webhook.office.com', 'api.telegram.org'];
const isWebhookHost = (word: string) => webhookHosts.some((host) => word === host || word.endsWith(`.${host}`));
