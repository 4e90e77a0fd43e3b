import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { plainLine } from '../domain/text/plain-text.ts';

/** What a command sees of the world: its environment, its two streams, the clock, and perhaps a person. */
export interface Terminal {
  env: Record<string, string | undefined>;
  /** Data, one line on stdout. */
  print(line: string): void;
  /** Chatter, one line on stderr. */
  say(line: string): void;
  /** A person can be asked: stdin and stderr are terminals. */
  isInteractive: boolean;
  /** stdout takes colours: a terminal, and NO_COLOR is not set. */
  isColored: boolean;
  /** Asks the person one line; only where isInteractive. */
  ask(question: string): Promise<string>;
  /** Whole text of stdin. */
  readInput(): Promise<string>;
  /** Unix milliseconds. */
  now(): number;
  rest(ms: number): Promise<void>;
  /** The exit code of a command that ends without an error. */
  exitCode: number;
}

/** Colours that say the same as the word they colour. */
export type Tone = 'red' | 'yellow' | 'green' | 'dim';

const codes: Record<Tone, readonly [begin: number, end: number]> = {
  red: [31, 39],
  yellow: [33, 39],
  green: [32, 39],
  dim: [2, 22],
};

/** Stands before the code of a colour of ours; nobody outside this process can know it. */
const seal = `\u0000${randomUUID()}`;

/** The text in a colour where the terminal takes it; `print` and `say` write it. */
export function toned({ isColored }: Pick<Terminal, 'isColored'>, tone: Tone, text: string): string {
  const [begin, end] = codes[tone];
  return isColored ? `${seal}${begin}m${text}${seal}${end}m` : text;
}

/**
 * The terminal through which commands speak: every line is one line, without control sequences, without characters that
 * cannot be seen or that turn the line around. Names, labels, log lines and notes come from outside.
 */
export function cleanTerminal(terminal: Terminal): Terminal {
  const { env, isInteractive, isColored, exitCode } = terminal;
  return {
    ...{ env, isInteractive, isColored, exitCode },
    print: (line) => terminal.print(cleanLine(line)),
    say: (line) => terminal.say(cleanLine(line)),
    ask: (question) => terminal.ask(cleanLine(question)),
    readInput: () => terminal.readInput(),
    now: () => terminal.now(),
    rest: (ms) => terminal.rest(ms),
  };
}

/** Prints a text of several lines; a line break at its end is none of its lines. */
export function printLines({ print }: Pick<Terminal, 'print'>, text: string): void {
  for (const line of linesOf(text)) print(line);
}

/** The same on stderr. */
export function sayLines({ say }: Pick<Terminal, 'say'>, text: string): void {
  for (const line of linesOf(text)) say(line);
}

const linesOf = (text: string) => (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');

/** The parts of the line between our own colours are made plain; colours of anybody else are none. */
function cleanLine(line: string): string {
  const [first = '', ...toned] = line.split(seal);
  const parts = toned.map((part) => {
    const end = part.indexOf('m') + 1;
    return `\u001b[${part.slice(0, end)}${plainLine(part.slice(end))}`;
  });
  return plainLine(first) + parts.join('');
}

/** As a shell reports a program that SIGPIPE ended. */
const brokenPipe = 141;

/** The terminal of this process. A reader of stdout that goes away ends it without a word, as with `| head`. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr, env } = process;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(brokenPipe);
    throw error;
  });
  return {
    env,
    print: (line) => stdout.write(`${line}\n`),
    say: (line) => stderr.write(`${line}\n`),
    isInteractive: stdin.isTTY === true && stderr.isTTY === true,
    isColored: stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb',
    async ask(question) {
      const lines = createInterface({ input: stdin, output: stderr });
      try {
        return await lines.question(question);
      } finally {
        lines.close();
      }
    },
    async readInput() {
      stdin.setEncoding('utf8');
      let text = '';
      for await (const chunk of stdin) text += chunk;
      return text;
    },
    now: Date.now,
    rest: (ms) => wait(ms),
    exitCode: 0,
  };
}
