import { resolve } from 'node:path';
import { Command } from 'commander';
import { sandboxPrefix } from '../config/client.ts';
import { readContexts, writeContexts } from '../config/contexts.ts';
import { nearest } from '../config/nearest.ts';
import { runningSandboxes } from '../config/running-sandboxes.ts';
import { MendflowError } from '../domain/run/errors.ts';
import { table } from './output/table.ts';
import type { Terminal } from './terminal.ts';

interface Row {
  name: string;
  server: string;
  token: string | undefined;
}

/** Every context by name: those that the user has set, and a sandbox that runs. */
function rowsOf({ env }: Terminal): Row[] {
  const { contexts } = readContexts(env);
  return [
    ...Object.entries(contexts).map(([name, { server, tokenFile }]) => ({ name, server, token: tokenFile })),
    ...runningSandboxes(env).map(({ name, server }) => ({ name: sandboxPrefix + name, server, token: 'its own' })),
  ];
}

function getContexts(terminal: Terminal, { headers }: { headers: boolean }): void {
  const { current } = readContexts(terminal.env);
  const rows = rowsOf(terminal);
  if (rows.length === 0) {
    terminal.say('No contexts. Add one with: mendflow config set-context NAME --server URL');
    return;
  }
  const lines = table(rows, [
    { head: 'CURRENT', cell: ({ name }) => (name === current ? '*' : undefined) },
    { head: 'NAME', cell: ({ name }) => name },
    { head: 'SERVER', cell: ({ server }) => server },
    { head: 'TOKEN', cell: ({ token }) => token },
  ]);
  for (const line of headers ? lines : lines.slice(1)) terminal.print(line);
}

function setContext(terminal: Terminal, name: string, given: { server: string; tokenFile?: string }): void {
  if (name.startsWith(sandboxPrefix)) {
    throw new MendflowError('INVALID_REQUEST', `${sandboxPrefix}… is the name of a sandbox; choose another name`);
  }
  if (!/^https?:$/.test(URL.parse(given.server)?.protocol ?? '')) {
    throw new MendflowError('INVALID_REQUEST', `--server must be an http or https URL, is "${given.server}"`);
  }
  const before = readContexts(terminal.env);
  const context = { server: given.server, ...(given.tokenFile && { tokenFile: resolve(given.tokenFile) }) };
  writeContexts(terminal.env, { ...before, contexts: { ...before.contexts, [name]: context } });
  terminal.print(`Context ${name} is set.`);
  if (before.current !== name) terminal.say(`Use it with: mendflow config use-context ${name}`);
}

function useContext(terminal: Terminal, name: string): void {
  const rows = rowsOf(terminal);
  const found = rows.find((row) => row.name === name);
  if (found === undefined) throw unknownContext(name, rows);
  writeContexts(terminal.env, { ...readContexts(terminal.env), current: name });
  terminal.print(`The commands speak to ${found.server} (context ${name}).`);
}

function deleteContext(terminal: Terminal, name: string): void {
  const { current, contexts } = readContexts(terminal.env);
  if (!Object.hasOwn(contexts, name) && current !== name) throw unknownContext(name, rowsOf(terminal));
  const { [name]: _, ...kept } = contexts;
  writeContexts(terminal.env, { ...(current !== undefined && current !== name && { current }), contexts: kept });
  terminal.print(`Context ${name} is deleted.`);
}

function unknownContext(name: string, rows: readonly Row[]): MendflowError {
  const near = nearest(
    name,
    rows.map((row) => row.name),
  );
  const hint = near === undefined ? 'mendflow config get-contexts lists them' : `did you mean ${near}?`;
  return new MendflowError('NOT_FOUND', `No context ${name}; ${hint}`);
}

/** `mendflow config`: the installations to which the commands of this user speak. */
export function configCommand(terminal: Terminal): Command {
  const command = new Command('config').description(
    'Name the installations to which the commands speak, and choose one of them',
  );
  command
    .command('get-contexts')
    .description('List the contexts, a sandbox that runs among them')
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
    .option('--token-file <file>', 'file that holds your token; the token itself is not kept')
    .action((name: string, options: { server: string; tokenFile?: string }) => setContext(terminal, name, options));
  command
    .command('delete-context')
    .description('Forget a context')
    .argument('<name>', 'context')
    .action((name: string) => deleteContext(terminal, name));
  return command;
}
