import type { Prometheus } from '../../activities/prometheus.ts';
import type { Alert } from '../../domain/alert/alert.ts';
import { choosePolicy } from '../../domain/policy/match.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import { fillQuery } from '../../domain/policy/promql.ts';
import type { Store } from '../cluster/store.ts';
import { targetIn } from './targets.ts';

/** Pods of one workload that a real Prometheus is asked about, worst first. */
const podsAsked = 10;

const keyFor = (promql: string, heldForMs: number | undefined) => `${heldForMs ?? 0} ${promql}`;

/** Answers of a real Prometheus, each asked once and before time begins to jump. */
export type KnownAnswers = ReadonlyMap<string, number[]>;

/** The promql checks of the policy that an alert falls to. */
export function queriesFor(policies: readonly Policy[], alert: Alert) {
  const choice = choosePolicy(policies, alert);
  if (choice.kind === 'none') return [];
  return choice.policy.spec.verify.flatMap((check) => ('promql' in check ? [check.promql] : []));
}

/** Asks about every pod that the alerts may be about. Fails as Prometheus does. */
export async function askBeforehand(
  prometheus: Prometheus,
  { store, policies, alerts }: { store: Store; policies: readonly Policy[]; alerts: readonly Alert[] },
): Promise<KnownAnswers> {
  const answers = new Map<string, number[]>();
  const ask = async (promql: string, heldForMs?: number) => {
    const key = keyFor(promql, heldForMs);
    if (!answers.has(key))
      answers.set(key, await prometheus.query(promql, heldForMs === undefined ? {} : { heldForMs }));
  };
  for (const alert of alerts) {
    const target = targetIn(store, alert);
    if (target === undefined) continue;
    const { namespace, name: workload } = target.workload.base.ref;
    for (const { query, for: heldForMs } of queriesFor(policies, alert)) {
      for (const { base } of target.pods.slice(0, podsAsked)) {
        const filled = fillQuery(query, { namespace, workload, pod: base.ref.name }, alert.labels);
        if (filled.kind === 'unproven') continue;
        // While it waits for health, a run asks for this moment only.
        await ask(filled.query);
        if (heldForMs !== undefined) await ask(filled.query, heldForMs);
      }
    }
  }
  return answers;
}

/**
 * Answers what is known; everything else, such as a question about a fresh pod, with yes. Once a workload is cured,
 * questions that name it or a pod of it are answered with no.
 */
export function assumedPrometheus(known: KnownAnswers, curedNames: ReadonlySet<string>): Prometheus {
  const isCured = (promql: string) => [...curedNames].some((name) => promql.includes(`"${name}"`));
  return {
    query: async (promql, { heldForMs } = {}) => {
      if (isCured(promql)) return [];
      return known.get(keyFor(promql, heldForMs)) ?? [1];
    },
  };
}
