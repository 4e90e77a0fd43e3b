import type { IncidentRef } from '../domain/guard/permit.ts';
import { isRehearsal, type Plan } from '../domain/policy/plan.ts';
import type { Assessment } from '../domain/run/assessment.ts';
import type { Reason } from '../domain/run/reasons.ts';
import type { RunStatus } from '../domain/run/status.ts';

/** Automation stops here; `lookAgainAtMs`: the reason is over then, Unix ms. */
export interface NeedsPerson {
  kind: 'needsPerson';
  reason: Reason;
  detail: string;
  lookAgainAtMs?: number;
  /** The run that asks a person about the workload already, as the guard said when it denied the step. */
  speaker?: string;
}

/** Where an escalation stands: plain JSON, carried over a continue-as-new. Times are Unix ms. */
export interface Escalation {
  why: NeedsPerson;
  /** Levels told so far. */
  told: number;
  /** When the next level is told, or the last one again, unless somebody acknowledges. */
  nextLevelAtMs: number;
  /** Looks at the cluster since the last news. */
  checked: number;
  nextCheckAtMs: number;
  /** What the run knew of its alert when it last heeded it. */
  heeded: { isResolved: boolean; refirings: number };
  /** How many new firings people were told of, and when last. */
  refirings: number;
  toldFiringAtMs?: number;
  /** Names of the alerts that joined, as people were told of them, and when last. */
  toldJoined?: string[];
  toldJoinedAtMs?: number;
  /** The cluster could not be read at the latest look. */
  isUnreadable?: true;
  /** Steps taken when it was opened. */
  steps: number;
}

/** How a run comes to its end, before it is written down. */
export type RunResult =
  | { kind: 'remediated'; by: string; tookMs: number }
  | { kind: 'recovered'; reason: Reason; detail: string }
  | { kind: 'notActionable'; reason: Reason; detail: string }
  /**
   * `spokenForBy`: the run, or the guard, that asks a person about a trouble larger than this run. `isQuiet`: nobody's
   * emergency, unless something was done already.
   */
  | {
      kind: 'denied';
      reason: Reason;
      detail: string;
      spokenForBy?: string;
      isQuiet?: true;
      lookAgainAtMs?: number;
      /** As in `NeedsPerson`. */
      speaker?: string;
    }
  | { kind: 'merged'; holder: string }
  | NeedsPerson
  | { kind: 'escalated'; reason: Reason; detail: string }
  | { kind: 'aborted'; reason: Reason; detail: string };

/** The step did not heal, or may not be taken: the next one is tried. `incident`: the larger trouble that barred it. */
export interface NextStep {
  kind: 'next';
  reason: Reason;
  detail: string;
  incident?: IncidentRef;
}

/** A disruption budget lets no pod go now; nothing was done. */
export interface Blocked {
  kind: 'blocked';
  detail: string;
}

/** What came of one step: the run ends, or the next step is tried. */
export type StepResult = { kind: 'end'; result: RunResult } | NextStep;

/** A result that needs nobody any more. */
export type FinalResult = Exclude<RunResult, { kind: 'needsPerson' }>;

/** Of a run what says how it may end. */
interface Ending {
  readonly id: { workflowId: string };
  status: RunStatus;
  plan?: Plan;
}

/** How the run ends when there is no verified fault to act on any more. */
export function resultOf(run: Ending, assessment: Exclude<Assessment, { kind: 'actionable' }>): RunResult {
  const { reason, detail } = assessment;
  const acted = run.status.steps.findLast((step) => step.result === 'unhealthy');
  if (assessment.kind === 'recovered') {
    return { kind: 'recovered', reason, detail: acted === undefined ? detail : `${detail}, after ${acted.action}` };
  }
  // We touched it, it is still there, and not proven healthy: that is a person's case.
  if (acted !== undefined && !isGone(reason)) {
    return { kind: 'needsPerson', reason: 'ladderExhausted', detail: `after ${acted.action}: ${detail}` };
  }
  const { plan } = run;
  if (reason === 'controlPlaneNode' && plan !== undefined && !isRehearsal(plan.mode)) {
    return { kind: 'needsPerson', reason, detail };
  }
  return { kind: 'notActionable', reason, detail };
}

/** There is nothing left to heal, and nothing to take back. */
export const isGone = (reason: Reason): boolean => reason === 'targetGone' || reason === 'targetReplaced';

/** True for the run that asks a person about a trouble which is larger than itself. */
export const isIncidentOwner = (run: Ending, incident: IncidentRef | undefined): boolean =>
  incident?.speaker === run.id.workflowId;

/** What becomes of a run that has no step left to take. */
export function outOfSteps(run: Ending, passed: readonly NextStep[]): RunResult {
  const barred = run.status.steps.length === 0 ? passed.find(({ incident }) => incident !== undefined) : undefined;
  // Where nothing was done, the trouble that barred a step says more than why the last one was passed over.
  if (barred?.incident !== undefined) {
    const { reason, detail, incident } = barred;
    if (isIncidentOwner(run, incident)) return { kind: 'needsPerson', reason, detail };
    return { kind: 'denied', reason, detail, spokenForBy: incident.speaker };
  }
  // That a later step does not fit says less than what came of the steps before it.
  const last = passed.findLast(({ reason }) => reason !== 'actionIneffective') ?? passed[0];
  const { reason = 'ladderExhausted', detail = 'the policy has no step' } = last ?? {};
  return { kind: 'needsPerson', reason, detail };
}
