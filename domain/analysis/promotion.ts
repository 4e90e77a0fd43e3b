import type { PolicyMode } from '../policy/mode.ts';
import type { Reason } from '../run/reasons.ts';
import type { RunRecord } from '../run/record.ts';

/** How often each name occurs, most first. */
export type Tally = { name: string; count: number }[];

/** Why steps were not taken, most frequent first. */
export type Refusals = { verdict: 'hold' | 'deny'; reason: Reason; count: number }[];

/** What an observing policy wrote down; `acted` are the steps that the guard would have granted. */
export interface WouldHave {
  acted: number;
  held: number;
  denied: number;
  actions: Tally;
  /** Of those that would have been acted on. */
  workloads: Tally;
  refusals: Refusals;
}

/** What a policy did. */
export interface Acted {
  /** Runs with at least one act, and those of them that ended healthy by it. */
  runs: number;
  healed: number;
  actions: Tally;
  workloads: Tally;
}

/** What a policy did or would have done since a time: what its promotion to a further mode would mean. Times RFC 3339 UTC. */
export interface Promotion {
  policy: string;
  since: string;
  until: string;
  /** Ended runs that it drove. */
  runs: number;
  /** Its runs that wait for a person at this moment, by the reason of their escalation, whenever they began. */
  escalated: Tally;
  /** There were more, older ones, that were not read. */
  isCapped: boolean;
  /** Of its latest run. */
  mode?: PolicyMode;
  wouldHave: WouldHave;
  acted: Acted;
  /** Runs that ended without a step, taken or written down. */
  idle: Tally;
}

/** The span that was asked for, and whether all of it was read. */
export type Span = Pick<Promotion, 'policy' | 'since' | 'until' | 'isCapped'>;

/**
 * Sums up the ended runs of one policy, the latest first, and the reasons of its open escalations. It counts what the runs
 * themselves were told and wrote down; what a run would do under a changed policy only a backtest can say.
 */
export function promotionOf(
  records: readonly RunRecord[],
  span: Span,
  escalations: readonly { reason?: string }[] = [],
): Promotion {
  const observed = records.filter(({ wouldHave }) => wouldHave !== undefined);
  const acted = records.filter((record) => actsOf(record).length > 0);
  const idle = records.filter((record) => !observed.includes(record) && !acted.includes(record));
  const mode = records.find(({ recorded }) => recorded?.look?.mode !== undefined)?.recorded?.look?.mode;
  return {
    ...span,
    runs: records.length,
    escalated: tally(escalations.map(({ reason = 'unknown' }) => reason)),
    ...(mode && { mode }),
    wouldHave: wouldHaveOf(observed),
    acted: {
      runs: acted.length,
      healed: acted.filter(({ outcome }) => outcome === 'remediated').length,
      actions: tally(acted.flatMap((record) => actsOf(record).map(({ action }) => action))),
      workloads: tally(acted.map(workloadOf)),
    },
    idle: tally(idle.map(({ reason, outcome }) => reason ?? outcome)),
  };
}

/** Steps that touched the cluster. */
export const actsOf = ({ steps }: Pick<RunRecord, 'steps'>) =>
  steps.filter(({ result }) => result === 'kept' || result === 'unhealthy');

function wouldHaveOf(observed: readonly RunRecord[]): WouldHave {
  const by = (verdict: string) => observed.filter(({ wouldHave }) => wouldHave?.verdict === verdict);
  const granted = by('grant');
  const refusals = (['hold', 'deny'] as const).flatMap((verdict) =>
    tally(by(verdict).map(({ wouldHave }) => wouldHave?.reason ?? '')).map(({ name, count }) => {
      return { verdict, reason: name as Reason, count };
    }),
  );
  return {
    acted: granted.length,
    held: by('hold').length,
    denied: by('deny').length,
    actions: tally(granted.flatMap(({ wouldHave }) => wouldHave?.action ?? [])),
    workloads: tally(granted.map(workloadOf)),
    refusals,
  };
}

/** `shop/Deployment/checkout`, or the alert's name where no workload was found. */
const workloadOf = ({ target, alertname }: RunRecord): string =>
  target === undefined ? alertname : `${target.namespace}/${target.workload.kind}/${target.workload.name}`;

function tally(names: readonly string[]): Tally {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => ({ name, count })).sort(mostFirst);
}

const mostFirst = (a: Tally[number], b: Tally[number]) => b.count - a.count || (a.name < b.name ? -1 : 1);
