import { Command } from 'commander';
import type { PolicyListing } from '../domain/policy/listing.ts';
import { plainLine } from '../domain/text/plain-text.ts';
import { clientFor, type ServerOptions, withOutput, withServer } from './options.ts';
import { isDocumentFormat, printDocument } from './output/document.ts';
import { type Column, indented, table } from './output/table.ts';
import type { Terminal } from './terminal.ts';

interface PoliciesOptions extends ServerOptions {
  output?: string;
  cluster?: string;
}

const columns: readonly Column<PolicyListing['policies'][number]>[] = [
  { head: 'NAME', cell: ({ name }) => name },
  { head: 'MODE', cell: ({ mode }) => mode },
  { head: 'STEPS', cell: ({ steps }) => steps.join(' → ') },
  { head: 'NAMESPACES', cell: ({ namespaces }) => namespaces.join(', ') },
  { head: 'ALERTS', cell: ({ alerts }) => alerts.join(' or '), isWide: true },
];

async function listPolicies(terminal: Terminal, options: PoliciesOptions): Promise<void> {
  const query = options.cluster === undefined ? '' : `?cluster=${encodeURIComponent(options.cluster)}`;
  const listing = await clientFor(terminal, options).get<PolicyListing>(`/v1/policies${query}`);
  const { policies, more = 0, refused } = listing;
  if (isDocumentFormat(options.output)) return printDocument(terminal, options.output, listing);
  if (options.output === 'name') for (const { name } of policies) terminal.print(plainLine(name));
  else for (const line of table(policies, columns, options.output === 'wide')) terminal.print(line);
  if (more > 0) terminal.say(`${more} more policies are in force; the list would be too large with them.`);
  if (refused.length === 0) return;
  terminal.say(`Refused, so that what was in force before stays in force (${plainLine(listing.source)}):`);
  for (const line of indented(refused.map((fault) => plainLine(fault)))) terminal.say(line);
}

/** `mendflow policies`: what is in force in a cluster, and what is wrong with what is not. */
export function policiesCommand(terminal: Terminal): Command {
  const command = new Command('policies')
    .description('List the policies in force, and what is wrong with those that are not')
    .option('--cluster <name>', 'the cluster (default: that of the api)');
  return withServer(withOutput(command, ['json', 'yaml', 'wide', 'name'])).action((options: PoliciesOptions) =>
    listPolicies(terminal, options),
  );
}
