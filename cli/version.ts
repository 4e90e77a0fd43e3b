import { Command } from 'commander';
import { version } from '../telemetry/version.ts';
import type { Terminal } from './terminal.ts';

/** `mendflow version`: the version of this command line, and the Node that runs it. */
export function versionCommand(terminal: Terminal): Command {
  return new Command('version')
    .description('Print the version of this command line, and the Node that runs it')
    .action(() => terminal.print(`mendflow ${version} (Node ${process.versions.node})`));
}
