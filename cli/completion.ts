import { Argument, Command } from 'commander';
import type { CommandEntry } from './command-entry.ts';
import { namedBy, printValues, type ValueKind, valueKinds } from './completion-values.ts';
import { printLines, type Terminal } from './terminal.ts';

/** A command as a shell completes it. */
interface Completed {
  name: string;
  summary: string;
  /** With their dashes. */
  flags: string[];
}

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

const scripts: Record<Shell, (commands: readonly Completed[]) => string> = {
  bash: bashScript,
  zsh: (commands) => `autoload -U +X bashcompinit && bashcompinit\n${bashScript(commands)}`,
  fish: fishScript,
};

function bashScript(commands: readonly Completed[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  const cases = commands
    .map(({ name, flags }) => `    ${name}) flags="${flags.join(' ')}" values="${namedBy[name] ?? ''}" ;;`)
    .join('\n');
  return `_mendflow() {
  local current="\${COMP_WORDS[COMP_CWORD]}" flags="" values=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${names}" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases}
  esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$current")) ;;
    *) if [ -n "$values" ] && [ "$COMP_CWORD" -eq 2 ]; then
      COMPREPLY=($(compgen -W "$("\${COMP_WORDS[0]}" completion values "$values" 2>/dev/null)" -- "$current"))
    fi ;;
  esac
}
complete -o default -F _mendflow mendflow`;
}

function fishScript(commands: readonly Completed[]): string {
  const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  return commands
    .flatMap(({ name, summary, flags }) => [
      `complete -c mendflow -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
      ...flags
        .filter((flag) => flag.startsWith('--'))
        .map((flag) => `complete -c mendflow -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)}`),
      ...(namedBy[name] === undefined ? [] : [valuesInFish(name, namedBy[name])]),
    ])
    .join('\n');
}

const valuesInFish = (name: string, kind: ValueKind) =>
  `complete -c mendflow -n '__fish_seen_subcommand_from ${name}' -f -a '(mendflow completion values ${kind} 2>/dev/null)'`;

async function printScript(terminal: Terminal, entries: readonly CommandEntry[], shell: Shell): Promise<void> {
  const completed = entries.map(async ({ name, summary, load }): Promise<Completed> => {
    const command = (await load())(terminal, entries);
    const flags = command.options.flatMap(({ long, short }) =>
      [long, short].filter((flag) => typeof flag === 'string'),
    );
    return { name, summary, flags: [...flags, '--help'] };
  });
  printLines(terminal, scripts[shell](await Promise.all(completed)));
}

/** `mendflow completion`: prints a script that lets the shell complete commands and options. */
export function completionCommand(terminal: Terminal, entries: readonly CommandEntry[]): Command {
  const command = new Command('completion')
    .description(
      'Print a script that lets the shell complete commands, options, and names of runs, workloads, policies and pauses',
    )
    .addArgument(new Argument('<shell>', 'which shell').choices(shells))
    .action((shell: Shell) => printScript(terminal, entries, shell));
  // What the script asks while a person types.
  command
    .command('values', { hidden: true })
    .addArgument(new Argument('<kind>', 'what to list').choices(valueKinds))
    .action((kind: ValueKind) => printValues(terminal, kind));
  return command;
}
