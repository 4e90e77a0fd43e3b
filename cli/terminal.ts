import { createInterface } from 'node:readline/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { styleText } from 'node:util';

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

/** The text in a colour where the terminal takes it. */
export const toned = ({ isColored }: Pick<Terminal, 'isColored'>, tone: Tone, text: string): string =>
  isColored ? styleText(tone, text, { validateStream: false }) : text;

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
