import type { Command } from 'commander';
import type { CommandEntry } from '../../cli/command-entry.ts';
import { commands } from '../../cli/commands.ts';
import { exitCodes } from '../../cli/exit-codes.ts';
import { buildCommand } from '../../cli/program.ts';
import type { Terminal } from '../../cli/terminal.ts';
import { clientVariables } from '../../config/client.ts';
import { sandboxEntry } from '../../sandbox/command-entry.ts';
import { code, page, table } from './markdown.ts';

/** Nothing is run, so nothing is printed. */
const silent: Terminal = {
  ...{ env: {}, isInteractive: false, isColored: false, exitCode: 0 },
  print() {},
  say() {},
  ask: async () => '',
  readInput: async () => '',
  now: () => 0,
  rest: async () => {},
};

const entries = [...commands, sandboxEntry];
const built = await Promise.all(
  entries.map(async (entry) => ({ entry, command: await buildCommand(entry, silent, entries) })),
);

function usage(command: Command, parents: string): string {
  return code(`${parents} ${command.name()} ${command.usage()}`.replace(/ \[command\]$/, ''));
}

function manual(command: Command, parents: string): string[] {
  const help = command.createHelp();
  const terms = [
    ...help
      .visibleArguments(command)
      .map((argument) => [help.argumentTerm(argument), help.argumentDescription(argument)]),
    ...help.visibleOptions(command).map((option) => [help.optionTerm(option), help.optionDescription(option)]),
  ].filter(([term]) => term !== '-h, --help');
  return [
    usage(command, parents),
    `${command.description()}.`,
    ...(terms.length === 0
      ? []
      : [
          table(
            ['argument or option', 'meaning'],
            terms.map(([term = '', what = '']) => [code(term), what]),
          ),
        ]),
    ...help
      .visibleCommands(command)
      .filter(({ parent }) => parent === command)
      .flatMap((inner) => manual(inner, `${parents} ${command.name()}`)),
  ];
}

function section({ entry, command }: { entry: CommandEntry; command: Command }): string {
  const examples = entry.examples.map(([line, does]) => `${line}   # ${does}`);
  return [`## ${entry.name}`, ...manual(command, 'mendflow'), `\`\`\`sh\n${examples.join('\n')}\n\`\`\``].join('\n\n');
}

const meanings: Record<keyof typeof exitCodes, string> = {
  ok: 'Done.',
  failed: 'Failed; for `follow`, the run did not heal; for `lint`, there are findings.',
  usage: 'The command line or the configuration is wrong.',
  denied: 'Not allowed: no valid token; for `follow`, a run that did nothing, because it was denied or not actionable.',
  timeout: 'No answer, or no end, in time.',
};

const intro = `Data goes to stdout, everything else to stderr. \`-o json\` and \`-o yaml\` print the document of the API as it is. Nothing is
asked where there is no terminal. Colours follow \`NO_COLOR\`. A run may be named by its id, by the beginning of its
fingerprint, or by its workload. Only a checkout has \`mendflow sandbox\`; the image and the npm package do not.`;

/** docs/reference/cli.md: every command with its arguments, options and examples. */
export const cliPage = (): string =>
  page(
    'Command line',
    'cli/',
    intro,
    table(
      ['variable', 'meaning'],
      Object.entries(clientVariables).map(([name, meaning]) => [code(name), meaning]),
    ),
    table(
      ['exit code', 'meaning'],
      Object.entries(exitCodes).map(([name, value]) => [String(value), meanings[name as keyof typeof exitCodes]]),
    ),
    ...built.map(section),
  );
