import type { Reason } from '../../run/reasons.ts';
import type { RunRecord } from '../../run/record.ts';
import { actsOf } from '../promotion.ts';

/** What became of an alert, or would become of it under other policies. `unknown`: the record does not tell. */
export type Decision =
  | { kind: 'acts'; policy?: string; actions: string[]; asksPerson: boolean; detail?: string }
  | { kind: 'observes'; policy?: string; action: string; verdict: 'grant' | 'hold' | 'deny'; reason?: Reason }
  | { kind: 'refuses'; policy?: string; reason: string; detail: string }
  | { kind: 'unknown'; policy?: string; detail: string };

/** What became of a run, recorded or played. `detail`: why, in words. */
export function decisionOf(
  run: Pick<RunRecord, 'policy' | 'wouldHave' | 'outcome' | 'reason' | 'segments' | 'steps' | 'escalatedFor'>,
  detail: string = run.outcome,
): Decision {
  const { policy, wouldHave, outcome, segments } = run;
  // How a person ended it says less than why they were asked.
  const reason = run.escalatedFor ?? run.reason ?? outcome;
  const by = policy === undefined ? {} : { policy };
  const actions = actsOf(run).map(({ action }) => action);
  if (actions.length > 0) {
    return { kind: 'acts', ...by, actions, asksPerson: segments.awaitingApprovalMs !== undefined, detail };
  }
  if (wouldHave !== undefined) return { kind: 'observes', ...by, ...wouldHave };
  return { kind: 'refuses', ...by, reason, detail };
}

/** True when both come to the same: driver, kind, steps, and the reason of a refusal. What is unknown is the same as nothing. */
export function isSame(then: Decision, now: Decision): boolean {
  const isSameDriver = then.policy === undefined || now.policy === undefined || then.policy === now.policy;
  return isSameDriver && essence(then) !== undefined && essence(then) === essence(now);
}

function essence(decision: Decision): string | undefined {
  switch (decision.kind) {
    case 'acts':
      return `acts ${decision.asksPerson} ${decision.actions.join(' ')}`;
    case 'observes':
      return `observes ${decision.action} ${decision.verdict} ${decision.reason}`;
    case 'refuses':
      return `refuses ${decision.reason}`;
    case 'unknown':
      return undefined;
    default:
      return decision satisfies never;
  }
}

/** The decision as a person would say it. */
export function decisionInWords(decision: Decision): string {
  const by = decision.policy === undefined ? '' : `${decision.policy}: `;
  switch (decision.kind) {
    case 'acts': {
      const asks = decision.asksPerson ? ' with a person’s approval' : '';
      return `${by}${decision.actions.join(', then ')}${asks}`;
    }
    case 'observes': {
      const words = { grant: 'granted', hold: 'held', deny: 'denied' }[decision.verdict];
      return `${by}would ${decision.action} (${words}${decision.reason === undefined ? '' : `, ${decision.reason}`})`;
    }
    case 'refuses':
      return `${by}nothing (${decision.reason})`;
    case 'unknown':
      return `${by}not verifiable`;
    default:
      return decision satisfies never;
  }
}
