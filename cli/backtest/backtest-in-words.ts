import { decisionInWords } from '../../domain/analysis/backtest/decision.ts';
import type { Backtest, BacktestRow } from '../../domain/analysis/backtest/index.ts';
import { type Column, indented, table } from '../output/table.ts';

/** A backtest as tables, its summary last; `isWide` shows every run, not only those that differ. */
export function backtestInWords(result: Backtest, isWide: boolean): string[] {
  const { rows } = result;
  const of = (verdict: BacktestRow['verdict']) => rows.filter((row) => row.verdict === verdict);
  return [
    ...section('Policies', table(byPolicy(rows), policyColumns), rows.length),
    ...(isWide ? section('Runs', table(rows, [verdictColumn, ...rowColumns]), rows.length) : []),
    ...section('Different', table(of('different'), rowColumns), result.different),
    ...section('Not verifiable', table(of('unknown'), rowColumns), result.would.unknown),
    summaryOf(result),
  ];
}

const section = (title: string, lines: readonly string[], count: number) =>
  count === 0 ? [] : [`${title}:`, ...indented(lines)];

interface PolicyRow {
  policy: string;
  rows: BacktestRow[];
}

/** The driver under the new set; runs that none drives stand together. */
function byPolicy(rows: readonly BacktestRow[]): PolicyRow[] {
  const groups = Map.groupBy(rows, ({ would }) => would.policy ?? '(none)');
  return [...groups].map(([policy, of]) => ({ policy, rows: of })).sort((a, b) => b.rows.length - a.rows.length);
}

const countOf = (head: string, is: (row: BacktestRow) => boolean): Column<PolicyRow> => ({
  head,
  cell: ({ rows }) => String(rows.filter(is).length),
});

const policyColumns: Column<PolicyRow>[] = [
  { head: 'POLICY', cell: ({ policy }) => policy },
  countOf('RUNS', () => true),
  countOf('ACTED', ({ would }) => would.kind === 'acts'),
  countOf('OBSERVED', ({ would }) => would.kind === 'observes'),
  countOf('REFUSED', ({ would }) => would.kind === 'refuses'),
  countOf('NOT VERIFIABLE', ({ would }) => would.kind === 'unknown'),
  countOf('DIFFERENT', ({ verdict }) => verdict === 'different'),
];

const verdictColumn: Column<BacktestRow> = { head: 'VERDICT', cell: ({ verdict }) => verdict };

const rowColumns: Column<BacktestRow>[] = [
  { head: 'WHEN', cell: ({ at }) => at.replace(/\.\d+Z$/, 'Z') },
  { head: 'WORKLOAD', cell: ({ workload }) => workload },
  { head: 'ALERT', cell: ({ alertname }) => alertname },
  { head: 'WAS', cell: ({ was }) => decisionInWords(was) },
  { head: 'WOULD BE', cell: ({ would }) => decisionInWords(would) },
  { head: 'WHY', cell: ({ would }) => (would.kind === 'observes' ? undefined : would.detail) },
];

function summaryOf({ was, would, different }: Backtest): string {
  const asked = would.asked === 0 ? '' : `, ${would.asked} of them with a person’s approval`;
  return [
    `${would.runs} runs: acted ${would.acted} (was ${was.acted})${asked}`,
    `observed ${would.observed} (was ${was.observed})`,
    `refused ${would.refused} (was ${was.refused})`,
    `different ${different}`,
    `not verifiable ${would.unknown}`,
  ].join('; ');
}
