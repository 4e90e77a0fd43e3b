import { Command } from 'commander';
import { version } from '../telemetry/version.ts';
import type { CommandEntry } from './command-entry.ts';
import { printLines, sayLines, type Terminal } from './terminal.ts';

/** The whole command line; only the command called is loaded, of the others the summary is known. */
export async function buildProgram(
  terminal: Terminal,
  entries: readonly CommandEntry[],
  called?: string,
): Promise<Command> {
  const program = new Command('mendflow')
    .description('Durable, explainable auto-remediation for Kubernetes')
    .version(version, '-V, --version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => printLines(terminal, text),
      writeErr: (text) => sayLines(terminal, text),
      getOutHelpWidth: () => 100,
    });
  program.showHelpAfterError(helpHint('mendflow'));
  for (const entry of entries) {
    const command = entry.name === called ? await buildCommand(entry, terminal, entries) : summaryOf(entry);
    program.addCommand(inherit(command, program));
  }
  return program;
}

/** The command itself, with its examples. */
export async function buildCommand(
  entry: CommandEntry,
  terminal: Terminal,
  entries: readonly CommandEntry[],
): Promise<Command> {
  const build = await entry.load();
  const examples = entry.examples.map(([line, does]) => `  # ${does}\n  ${line}`);
  return build(terminal, entries)
    .helpGroup(`${entry.group}:`)
    .addHelpText('after', `\nExamples:\n${examples.join('\n\n')}`);
}

const helpHint = (path: string) => `See "${path} --help".`;

const summaryOf = ({ name, group, summary }: CommandEntry) =>
  new Command(name).description(summary).helpGroup(`${group}:`);

/** Settings of the program for a command and those in it; an error in its arguments names its own help. */
function inherit(command: Command, parent: Command, path = `${parent.name()} ${command.name()}`): Command {
  command.copyInheritedSettings(parent).showHelpAfterError(helpHint(path));
  for (const inner of command.commands) inherit(inner, command, `${path} ${inner.name()}`);
  return command;
}
