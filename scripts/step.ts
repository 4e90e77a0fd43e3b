import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** The checkout's root folder. */
export const root = join(import.meta.dirname, '..');

/** A program of node_modules/.bin as a command that runs on this Node. */
export const tool = (name: string): string => join(root, 'node_modules', '.bin', name);

/** How a child process ended. */
export interface Ended {
  code: number;
  elapsedS: number;
}

const quietMs = 9_000;

/**
 * Runs a command in the checkout, relaying its output as it comes; while it is silent, a line says that it still runs.
 * Never throws: a command that cannot be started ends with code 127.
 */
export function runStep(
  name: string,
  command: readonly string[],
  { env = {}, cwd = root }: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<Ended> {
  const [program = '', ...args] = command;
  const startedAt = Date.now();
  const elapsedS = () => Math.round((Date.now() - startedAt) / 1_000);
  const colour = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...colour, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let quiet = setInterval(() => undefined, quietMs);
  const rest = () => {
    clearInterval(quiet);
    quiet = setInterval(() => console.log(`${name}: still running, ${elapsedS()} s`), quietMs);
  };
  rest();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      process.stdout.write(chunk);
      rest();
    });
  }
  return new Promise((resolve) => {
    const end = (code: number) => {
      clearInterval(quiet);
      resolve({ code, elapsedS: elapsedS() });
    };
    child.on('error', (cause) => {
      console.log(`${name}: cannot be started (${cause.message})`);
      end(127);
    });
    child.on('close', (code) => end(code ?? 1));
  });
}
