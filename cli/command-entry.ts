import type { Command } from 'commander';
import type { Terminal } from './terminal.ts';

/** Builds a command for a terminal; `entries` are all commands of this command line. */
export type BuildCommand = (terminal: Terminal, entries: readonly CommandEntry[]) => Command;

/** What the list of commands knows of one without loading its code. */
export interface CommandEntry {
  name: string;
  group: string;
  summary: string;
  /** Command lines with what they do, for --help and docs/reference/cli.md. */
  examples: readonly (readonly [line: string, does: string])[];
  load(): Promise<BuildCommand>;
}
