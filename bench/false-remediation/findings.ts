import type { Measured } from './measure.ts';
import { type Contender, type Mistake, wards } from './wards.ts';

/** How a contender took the alerts of one kind. */
export interface Finding {
  mistake: Mistake;
  contender: Contender;
  alerts: number;
  /** Well pods that it took away. */
  wrong: number;
  /** How Mendflow's runs ended, by reason. */
  endings: Record<string, number>;
}

/** Every act on a ward is wrong: nobody in it is ill when its contender is told. */
export function findingsOf({ sent, acts, runs }: Measured): Finding[] {
  const runOf = new Map(runs.map((run) => [run.workflowId, run]));
  return wards.map((ward) => {
    const { mistake, contender, namespace } = ward;
    const own = sent.filter((alert) => alert.ward === ward);
    const endings: Record<string, number> = {};
    for (const { workflowId } of own) {
      const { closedAtMs, outcome = '', reason = '' } = runOf.get(workflowId) ?? {};
      if (closedAtMs === undefined) continue;
      const ending = `${outcome} ${reason}`.trim();
      endings[ending] = (endings[ending] ?? 0) + 1;
    }
    const wrong = acts.filter((act) => act.namespace === namespace).length;
    return { mistake, contender, alerts: own.length, wrong, endings };
  });
}

/** Whether Mendflow took no pod away and left no alert without an answer. */
export function isKept(findings: readonly Finding[]): boolean {
  return findings
    .filter(({ contender }) => contender === 'mendflow')
    .every(({ wrong, alerts, endings }) => wrong === 0 && sumOf(Object.values(endings)) === alerts);
}

const sumOf = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
