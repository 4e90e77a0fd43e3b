// The command line of a checkout: the product's commands, and `mendflow sandbox`. The image has cli/main.ts only.
import { enableCompileCache } from 'node:module';
import { compileCacheFolder } from '../cli/compile-cache.ts';

enableCompileCache(compileCacheFolder(process.env));
const { commands } = await import('../cli/commands.ts');
const { runCommandLine } = await import('../cli/run.ts');
const { processTerminal } = await import('../cli/terminal.ts');
const { sandboxEntry } = await import('./command-entry.ts');

process.exitCode = await runCommandLine(process.argv.slice(2), processTerminal(), [...commands, sandboxEntry]);
