import { inspect } from 'node:util';
import { CommanderError } from 'commander';
import { MendflowError } from '../domain/run/errors.ts';
import { problemInWords } from './api-problem.ts';
import type { CommandEntry } from './command-entry.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { buildProgram } from './program.ts';
import { cleanTerminal, sayLines, type Terminal } from './terminal.ts';

/**
 * Runs one of the commands; resolves with the exit code: 0 done, 1 failed, 2 wrong usage or configuration, 3 denied,
 * 4 no answer in time. Never rejects.
 */
export async function runCommandLine(
  args: readonly string[],
  given: Terminal,
  commands: readonly CommandEntry[],
): Promise<number> {
  const terminal = cleanTerminal(given);
  try {
    const called = args.find((arg) => !arg.startsWith('-'));
    const program = await buildProgram(terminal, commands, called === 'help' ? args[args.indexOf('help') + 1] : called);
    await program.parseAsync(args, { from: 'user' });
    return terminal.exitCode;
  } catch (cause) {
    if (cause instanceof CommanderError) {
      return cause.exitCode === 0 || cause.code === 'commander.help' ? exitCodes.ok : exitCodes.usage;
    }
    if (!(cause instanceof MendflowError)) {
      sayLines(terminal, inspect(cause));
      return exitCodes.failed;
    }
    for (const line of problemInWords(cause)) terminal.say(line);
    return exitCodeOf(cause.code);
  }
}
