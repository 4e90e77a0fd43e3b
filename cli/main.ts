import { Command, CommanderError } from 'commander';
import { MendflowError } from '../domain/errors.ts';
import { version } from '../telemetry/version.ts';

const exitCodes = { ok: 0, failed: 1, usage: 2 } as const;

/** Commands by name; the code of one is loaded only when it is called, so that --help answers at once. */
const commands: Record<string, { summary: string; load: () => Promise<Command> }> = {
  serve: {
    summary: 'Run the api, the worker, or both',
    load: async () => (await import('./serve.ts')).serveCommand(),
  },
  sandbox: {
    summary: 'Temporal and a Kubernetes cluster on this machine, without containers',
    load: async () => (await import('./sandbox.ts')).sandboxCommand(),
  },
};

function inherit(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  for (const inner of command.commands) inherit(inner, command);
  return command;
}

async function buildProgram(called: string | undefined): Promise<Command> {
  const program = new Command('mendflow')
    .description('Durable, explainable auto-remediation for Kubernetes')
    .version(version, '-V, --version')
    .showHelpAfterError('(--help lists what is possible)')
    .exitOverride();
  for (const [name, { summary, load }] of Object.entries(commands)) {
    const command = name === called ? await load() : new Command(name).description(summary);
    program.addCommand(inherit(command, program));
  }
  return program;
}

/** Runs the command line; resolves with the exit code: 0 done, 1 failed, 2 wrong usage or configuration. Never rejects. */
async function run(args: readonly string[]): Promise<number> {
  try {
    const called = args.find((arg) => !arg.startsWith('-'));
    const program = await buildProgram(called === 'help' ? args[args.indexOf('help') + 1] : called);
    await program.parseAsync(args, { from: 'user' });
    return exitCodes.ok;
  } catch (cause) {
    if (cause instanceof CommanderError) {
      return cause.exitCode === 0 || cause.code === 'commander.help' ? exitCodes.ok : exitCodes.usage;
    }
    const isOurs = cause instanceof MendflowError;
    console.error(isOurs ? cause.message : cause);
    return isOurs && cause.code === 'INVALID_CONFIG' ? exitCodes.usage : exitCodes.failed;
  }
}

process.exitCode = await run(process.argv.slice(2));
