import { resolve } from 'node:path';
import { Command } from 'commander';
import { contextHint, knownContexts, sandboxPrefix } from '../config/client.ts';
import { readContexts, writeContexts } from '../config/contexts.ts';
import { isWebAddress, notWebAddress } from '../config/web-address.ts';
import { MendflowError } from '../domain/run/errors.ts';
import { table } from './output/table.ts';
import type { Terminal } from './terminal.ts';

function getContexts(terminal: Terminal, { headers }: { headers: boolean }): void {
  const { current, contexts } = knownContexts(terminal.env);
  const rows = Object.entries(contexts);
  if (rows.length === 0) {
    terminal.say('No contexts. Add one with: mendflow config set-context NAME --server URL');
    return;
  }
  const lines = table(rows, [
    { head: 'CURRENT', cell: ([name]) => (name === current ? '*' : undefined) },
    { head: 'NAME', cell: ([name]) => name },
    { head: 'SERVER', cell: ([, { server }]) => server },
    { head: 'TOKEN', cell: ([, { token, tokenFile }]) => (token === undefined ? tokenFile : 'its own') },
  ]);
  for (const line of headers ? lines : lines.slice(1)) terminal.print(line);
}

function setContext(terminal: Terminal, name: string, given: { server: string; tokenFile?: string }): void {
  if (name.startsWith(sandboxPrefix)) {
    throw new MendflowError(
      'INVALID_REQUEST',
      `only sandboxes have names that begin with ${sandboxPrefix}; choose another name`,
    );
  }
  if (!isWebAddress(given.server)) {
    throw new MendflowError('INVALID_REQUEST', `--server ${notWebAddress(given.server)}`);
  }
  const before = readContexts(terminal.env);
  const context = { server: given.server, ...(given.tokenFile && { tokenFile: resolve(given.tokenFile) }) };
  writeContexts(terminal.env, { ...before, contexts: { ...before.contexts, [name]: context } });
  terminal.print(`Context ${name} is set.`);
  if (before.current !== name) terminal.say(`Use it with: mendflow config use-context ${name}`);
}

function useContext(terminal: Terminal, name: string): void {
  const { contexts } = knownContexts(terminal.env);
  const found = Object.hasOwn(contexts, name) ? contexts[name] : undefined;
  if (found === undefined) throw unknownContext(name, Object.keys(contexts));
  writeContexts(terminal.env, { ...readContexts(terminal.env), current: name });
  terminal.print(`The commands now speak to ${found.server} (context ${name}).`);
}

function deleteContext(terminal: Terminal, name: string): void {
  const { current, contexts } = readContexts(terminal.env);
  if (!Object.hasOwn(contexts, name) && current !== name) throw unknownContext(name, Object.keys(contexts));
  const { [name]: _, ...kept } = contexts;
  writeContexts(terminal.env, { ...(current !== undefined && current !== name && { current }), contexts: kept });
  terminal.print(`Context ${name} is deleted.`);
}

const unknownContext = (name: string, names: readonly string[]) =>
  new MendflowError('NOT_FOUND', `No context ${name}; ${contextHint(name, names)}`);

/** `mendflow config`: the installations to which the commands of this user speak. */
export function configCommand(terminal: Terminal): Command {
  const command = new Command('config').description(
    'Name the installations to which the commands speak, and choose one',
  );
  command
    .command('get-contexts')
    .description('List the contexts and the sandboxes that run')
    .option('--no-headers', 'leave out the line with the names of the columns')
    .action((options: { headers: boolean }) => getContexts(terminal, options));
  command
    .command('use-context')
    .description('Let every command speak to this installation')
    .argument('<name>', 'context')
    .action((name: string) => useContext(terminal, name));
  command
    .command('set-context')
    .description('Add or change a context')
    .argument('<name>', 'context')
    .requiredOption('--server <url>', 'the api')
    .option('--token-file <file>', 'file that holds your token; only its path is kept')
    .action((name: string, options: { server: string; tokenFile?: string }) => setContext(terminal, name, options));
  command
    .command('delete-context')
    .description('Forget a context')
    .argument('<name>', 'context')
    .action((name: string) => deleteContext(terminal, name));
  return command;
}
