import type { GuardLimits } from '../../guard/rules/rule.ts';
import type { Policy } from '../../policy/policy.ts';
import type { RunRecord } from '../../run/record.ts';
import { workloadKey } from '../../target/target.ts';
import { candidateOf } from './candidate.ts';
import { type Decision, decisionThen, isSame } from './decision.ts';
import { replay } from './replay.ts';

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

/** What the policies would have made of the runs. Pure: the time is that of the records. */
export function backtest(records: readonly RunRecord[], policies: readonly Policy[], limits: GuardLimits): Backtest {
  const runs = [...records].sort((a, b) => Date.parse(momentOf(a)) - Date.parse(momentOf(b)));
  const judged = runs.map((record) => ({ record, first: candidateOf(record, policies) }));
  const candidates = judged.flatMap(({ first }) => (first.kind === 'candidate' ? [first] : []));
  const decisions = replay(candidates, limits);
  const rows = judged.map(({ record, first }) =>
    rowOf(record, first.kind === 'candidate' ? (decisions.get(first) ?? lost) : first),
  );
  return {
    rows,
    was: countsOf(rows.map(({ was }) => was)),
    would: countsOf(rows.map(({ would }) => would)),
    different: rows.filter(({ verdict }) => verdict === 'different').length,
    assumptions,
  };
}

const lost: Decision = { kind: 'unknown', detail: 'the replay did not come to an end for this run' };

const assumptions = [
  'The guard begins empty: acts and storms before the first run are not counted.',
  'Its bounds of the configuration are those in force now.',
  'A step that was not taken then is taken to heal, and a fault that was held is taken to stay until the run ended.',
  'People answer as they did then; a step that nobody was asked about is taken to be approved.',
];

const momentOf = ({ recorded, startedAt }: RunRecord) => recorded?.look?.at ?? startedAt;

function rowOf(record: RunRecord, would: Decision): BacktestRow {
  const { id, runId, alertname, target } = record;
  const was = decisionThen(record);
  return {
    ...{ id, runId, at: momentOf(record), alertname },
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
