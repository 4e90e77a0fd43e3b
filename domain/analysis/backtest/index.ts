import type { RunRecord } from '../../run/record.ts';
import { workloadKey } from '../../target/target.ts';
import { type Decision, decisionOf, isSame } from './decision.ts';

/** One recorded run, then and now. `unknown`: the record does not tell what the new set would do. */
export interface BacktestRow {
  id: string;
  runId: string;
  /** RFC 3339 UTC. */
  at: string;
  alertname: string;
  workload?: string;
  was: Decision;
  would: Decision;
  verdict: 'same' | 'different' | 'unknown';
}

/** How many runs came to what. */
export interface BacktestCounts {
  runs: number;
  acted: number;
  /** Of those that acted, with a person's approval. */
  asked: number;
  observed: number;
  refused: number;
  unknown: number;
}

/** Recorded runs judged by other policies, oldest first. */
export interface Backtest {
  rows: BacktestRow[];
  was: BacktestCounts;
  would: BacktestCounts;
  different: number;
  /** What the figures rest on, in words. */
  assumptions: string[];
}

/** Sums up what became of the runs then, and what would become of them by `would`. */
export function backtestOf(
  records: readonly RunRecord[],
  would: (record: RunRecord) => Decision,
  assumptions: string[],
): Backtest {
  const rows = [...records].sort((a, b) => momentOf(a) - momentOf(b)).map((record) => rowOf(record, would(record)));
  return {
    rows,
    was: countsOf(rows.map(({ was }) => was)),
    would: countsOf(rows.map(({ would }) => would)),
    different: rows.filter(({ verdict }) => verdict === 'different').length,
    assumptions,
  };
}

/** When the run first looked at the cluster, or began where it never did, Unix ms. */
export const momentOf = ({ recorded, startedAt }: RunRecord): number => Date.parse(recorded?.look?.at ?? startedAt);

function rowOf(record: RunRecord, would: Decision): BacktestRow {
  const { id, runId, alertname, target, recorded, startedAt } = record;
  const was = decisionOf(record);
  return {
    ...{ id, runId, at: recorded?.look?.at ?? startedAt, alertname },
    ...(target && { workload: workloadKey(target) }),
    ...{ was, would },
    verdict: would.kind === 'unknown' ? 'unknown' : isSame(was, would) ? 'same' : 'different',
  };
}

function countsOf(decisions: readonly Decision[]): BacktestCounts {
  const count = (kind: Decision['kind']) => decisions.filter((decision) => decision.kind === kind).length;
  return {
    runs: decisions.length,
    acted: count('acts'),
    asked: decisions.filter((decision) => decision.kind === 'acts' && decision.asksPerson).length,
    observed: count('observes'),
    refused: count('refuses'),
    unknown: count('unknown'),
  };
}
