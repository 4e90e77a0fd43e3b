import { Command } from 'commander';
import type { PromotionDocument } from '../api/schemas/explain.ts';
import type { Refusals, Tally } from '../domain/analysis/promotion.ts';
import { clientFor, type ServerOptions, withOutput, withServer } from './options.ts';
import { isDocumentFormat, printDocument } from './output/document.ts';
import { indented, table } from './output/table.ts';
import type { Terminal } from './terminal.ts';

interface ReportOptions extends ServerOptions {
  output?: string;
  since: string;
}

async function reportPolicy(terminal: Terminal, policy: string, options: ReportOptions): Promise<void> {
  const path = `/v1/policies/${encodeURIComponent(policy)}/report`;
  const report = await clientFor(terminal, options).get<PromotionDocument>(path, { since: options.since });
  if (isDocumentFormat(options.output)) return printDocument(terminal, options.output, report);
  for (const line of reportInWords(report)) terminal.print(line);
}

function reportInWords({ words, wouldHave, acted, idle, escalated }: PromotionDocument): string[] {
  return [
    ...words,
    ...tallied('Escalated and open', escalated),
    ...tallied('Would have acted on', wouldHave.workloads),
    ...refused(wouldHave.refusals),
    ...tallied('Acted on', acted.workloads),
    ...tallied('Not acted on because', idle),
  ];
}

function tallied(title: string, tally: Tally): string[] {
  if (tally.length === 0) return [];
  return [
    `${title}:`,
    ...indented(
      table(tally, [
        { head: 'RUNS', cell: ({ count }) => String(count) },
        { head: 'WHAT', cell: ({ name }) => name },
      ]),
    ),
  ];
}

function refused(refusals: Refusals): string[] {
  if (refusals.length === 0) return [];
  return [
    'Would have been refused:',
    ...indented(
      table(refusals, [
        { head: 'RUNS', cell: ({ count }) => String(count) },
        { head: 'VERDICT', cell: ({ verdict }) => verdict },
        { head: 'REASON', cell: ({ reason }) => reason },
      ]),
    ),
  ];
}

/** `mendflow report`: what a policy did or would have done, and what promoting it would mean. */
export function reportCommand(terminal: Terminal): Command {
  const command = new Command('report')
    .description('Report what a policy did, or would have done, and what promoting it would mean')
    .argument('<policy>', 'name of the policy')
    .option(
      '--since <time>',
      'ended runs since then, as far back as Temporal keeps them: 14d, or a time in RFC 3339',
      '14d',
    );
  return withServer(withOutput(command, ['json', 'yaml'])).action((policy: string, options: ReportOptions) =>
    reportPolicy(terminal, policy, options),
  );
}
