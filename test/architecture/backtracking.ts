import { type AST, RegExpParser } from '@eslint-community/regexpp';

/**
 * A regular expression run as the engine runs it, trying one way after the other, with every step counted. A count does
 * not depend on the machine, so that a test can tell linear from worse without a clock.
 */

type Element = AST.Element;
type Then = (at: number) => boolean;

/** Beyond so many steps a search is given up: it is not linear. */
const mostSteps = 200_000;

class TooManySteps extends Error {}

/** One expression, ready to be searched for. */
export class CountedExpression {
  readonly pattern: AST.Pattern;
  readonly #flags: string;
  readonly #known = new Map<string, boolean>();
  #text = '';
  #steps = 0;

  constructor(source: string, flags: string) {
    this.#flags = flags;
    const modes = { unicode: flags.includes('u'), unicodeSets: flags.includes('v') };
    this.pattern = new RegExpParser().parsePattern(source, 0, source.length, modes);
  }

  /** How many steps it takes to find every match in the text, or to learn that there is none. */
  stepsOver(text: string): number {
    this.#text = text;
    this.#steps = 0;
    try {
      for (let start = 0; start <= text.length; ) {
        let end = -1;
        const isFound = this.#any(this.pattern.alternatives, start, (at) => {
          end = at;
          return true;
        });
        if (!isFound && this.#flags.includes('y')) break;
        start = isFound && end > start ? end : start + 1;
      }
    } catch (error) {
      if (!(error instanceof TooManySteps || error instanceof RangeError)) throw error;
      return mostSteps;
    }
    return this.#steps;
  }

  /** Whether the character is of the class; asked of the engine itself, once. */
  holds(raw: string, character: string): boolean {
    const key = `${raw}\n${character}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const found = new RegExp(`^(?:${raw})$`, this.#flags.replace(/[gymd]/g, '')).test(character);
    this.#known.set(key, found);
    return found;
  }

  #any(alternatives: readonly AST.Alternative[], at: number, then: Then): boolean {
    return alternatives.some(({ elements }) => this.#sequence(elements, 0, at, then));
  }

  #sequence(elements: readonly Element[], index: number, at: number, then: Then): boolean {
    const element = elements[index];
    if (element === undefined) return then(at);
    return this.#one(element, at, (next) => this.#sequence(elements, index + 1, next, then));
  }

  #one(element: Element, at: number, then: Then): boolean {
    this.#steps += 1;
    if (this.#steps > mostSteps) throw new TooManySteps();
    switch (element.type) {
      case 'Group':
      case 'CapturingGroup':
        return this.#any(element.alternatives, at, then);
      case 'Quantifier':
        return this.#repeat(element, { count: 0, at }, then);
      case 'Assertion':
        return this.#asserts(element, at) && then(at);
      case 'Character':
      case 'CharacterClass':
      case 'CharacterSet':
      case 'ExpressionCharacterClass': {
        const character = this.#text[at];
        return character !== undefined && this.holds(element.raw, character) && then(at + 1);
      }
      default:
        throw new Error(`${element.type} is not counted: ${element.raw}`);
    }
  }

  #repeat(quantifier: AST.Quantifier, { count, at }: { count: number; at: number }, then: Then): boolean {
    const { min, max, greedy, element } = quantifier;
    const more = () =>
      count < max &&
      this.#one(
        element,
        at,
        (next) => (next > at || count < min) && this.#repeat(quantifier, { count: count + 1, at: next }, then),
      );
    const enough = () => count >= min && then(at);
    return greedy ? more() || enough() : enough() || more();
  }

  #asserts(assertion: AST.Assertion, at: number): boolean {
    const isLines = this.#flags.includes('m');
    switch (assertion.kind) {
      case 'start':
        return at === 0 || (isLines && this.#text[at - 1] === '\n');
      case 'end':
        return at === this.#text.length || (isLines && this.#text[at] === '\n');
      case 'word':
        return (isWord(this.#text[at - 1]) !== isWord(this.#text[at])) !== assertion.negate;
      case 'lookahead':
        return this.#any(assertion.alternatives, at, () => true) !== assertion.negate;
      default:
        throw new Error(`${assertion.kind} is not counted`);
    }
  }
}

const isWord = (character: string | undefined) => character !== undefined && /\w/.test(character);

const candidates = [
  ...'aA0 -._/:=,"\'\\{}[]()<>!~^$+*?@#%&|;`xuzZ9',
  '\n',
  '\t',
  '\r',
  '\u001b',
  '\u009b',
  '\u0000',
  'é',
  '\u202e',
];
/** Matches nothing that anybody writes, and so makes a match fail at its end. */
const stranger = '\u2603';

/** Every element of the expression, those within others included. */
function elementsOf(alternatives: readonly AST.Alternative[]): Element[] {
  return alternatives.flatMap(({ elements }) =>
    elements.flatMap((element): Element[] => {
      if (element.type === 'Quantifier')
        return [element, ...elementsOf([{ elements: [element.element] } as AST.Alternative])];
      if ('alternatives' in element) return [element, ...elementsOf(element.alternatives)];
      return [element];
    }),
  );
}

/** A short text that the element matches. */
function sampleOf(expression: CountedExpression, element: Element): string {
  switch (element.type) {
    case 'Quantifier':
      return sampleOf(expression, element.element).repeat(Math.min(element.min, 3));
    case 'Group':
    case 'CapturingGroup':
      return (element.alternatives[0]?.elements ?? []).map((inner) => sampleOf(expression, inner)).join('');
    case 'Character':
      return String.fromCodePoint(element.value);
    case 'CharacterClass':
    case 'CharacterSet':
    case 'ExpressionCharacterClass':
      return candidates.find((character) => expression.holds(element.raw, character)) ?? '';
    default:
      return '';
  }
}

/** What leads to each repetition: the samples of everything that stands before it. */
function prefixesOf(expression: CountedExpression): string[] {
  const found = new Set(['']);
  const walk = (alternatives: readonly AST.Alternative[], before: string) => {
    for (const { elements } of alternatives) {
      let prefix = before;
      for (const element of elements) {
        if (element.type === 'Quantifier') {
          found.add(prefix);
          walk([{ elements: [element.element] } as AST.Alternative], prefix);
        } else if ('alternatives' in element) walk(element.alternatives, prefix);
        prefix += sampleOf(expression, element);
      }
    }
  };
  walk(expression.pattern.alternatives, '');
  return [...found].slice(0, 8);
}

/** Texts that a repetition may run over: every character that the expression tells apart, in ones and twos, and its own samples. */
function pumpsOf(expression: CountedExpression): string[] {
  const elements = elementsOf(expression.pattern.alternatives);
  const letters = new Set<string>();
  for (const element of elements) {
    if (element.type === 'Character') letters.add(String.fromCodePoint(element.value));
    if (element.type === 'CharacterClass' || element.type === 'CharacterSet') {
      for (const letter of candidates.filter((candidate) => expression.holds(element.raw, candidate)).slice(0, 2))
        letters.add(letter);
    }
  }
  const ones = [...letters].slice(0, 9);
  const twos = ones.flatMap((first) => ones.map((second) => first + second));
  const samples = elements.map((element) => sampleOf(expression, element)).filter((sample) => sample !== '');
  const whole = prefixesOf(expression).filter((prefix) => prefix !== '');
  return [...new Set([...ones, ...twos, ...samples, ...whole])];
}

/** A text that takes more than linear time to search: what leads to it, what is repeated, and how it ends. */
export interface Pump {
  prefix: string;
  pump: string;
  suffix: string;
}

const length = 48;
const stepsPerCharacter = 40;

/** The first text on which the expression takes more steps than in proportion; undefined where none was found. */
export function pumpAgainst(source: string, flags: string): Pump | undefined {
  const expression = new CountedExpression(source, flags);
  const pumps = pumpsOf(expression);
  for (const prefix of prefixesOf(expression)) {
    for (const pump of pumps) {
      for (const suffix of ['', stranger]) {
        if (growsFaster(expression, { prefix, pump, suffix })) return { prefix, pump, suffix };
      }
    }
  }
  return undefined;
}

function growsFaster(expression: CountedExpression, { prefix, pump, suffix }: Pump): boolean {
  const stepsAt = (characters: number) =>
    expression.stepsOver(prefix + pump.repeat(Math.ceil(characters / pump.length)) + suffix);
  const short = stepsAt(length);
  // A few steps a character are linear, whatever the ratio of two small numbers is.
  if (short < 4 * length) return false;
  const long = stepsAt(4 * length);
  return long > 6 * short || long >= stepsPerCharacter * 100 * length;
}
