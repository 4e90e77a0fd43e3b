import type { PodConditionReason, Question } from './pod-fault.ts';

/** A condition of an object's status by which a class shows. */
export interface ShownCondition {
  type: string;
  status: string;
  /** Absent: any. */
  reason?: string;
}

/** The manual of a failure class. */
interface Manual {
  /** Unique, CamelCase; `alertnameOf` makes the watcher's alert of it. */
  name: string;
  /** One sentence: how it shows. */
  showsAs: string;
  /** Said to people beside the evidence. */
  advice: string;
  /** Names of actions that can help, mildest first. */
  helps: readonly string[];
  /** Names of actions that never do. */
  never: readonly string[];
}

/** A class whose status the watcher can look at. */
interface Observed extends Manual {
  /** It must show for so long before the watcher reports it; absent: the watcher never does, policies can ask for it. */
  toleranceMs?: number;
}

/** A class that shows in the status of a pod; `podCondition` asks for it by its name. */
export interface PodFault extends Observed {
  about: 'pod';
  name: PodConditionReason;
  /**
   * The watcher reports it from so many restarts of the container on: fewer pass by themselves more often than not, and a
   * run that finds too few for its policy would end, and not be begun again before the next report. Absent: none.
   */
  reportedFromRestarts?: number;
  /** Classes that say more: while one of them shows, the watcher does not report this one. */
  impliedBy?: readonly PodConditionReason[];
  /** The evidence in words, or undefined when the pod does not show the fault. */
  shows(question: Question): string | undefined;
}

/** A class that shows as a condition of a Deployment, a Job or a node. */
export interface ConditionFault extends Observed {
  about: 'deployment' | 'job' | 'node';
  /** Any of them. */
  conditions: readonly ShownCondition[];
  /** The evidence in words, or undefined when no such condition is among those of the object. */
  shows(conditions: readonly LiveCondition[]): string | undefined;
}

/** A class that no status shows: an alert says so. */
export interface AlertFault extends Manual {
  about: 'alert';
}

/** One failure class: what it is about, how it shows, what can help and what never does. */
export type FaultClass = PodFault | ConditionFault | AlertFault;

/** A condition as an object has it. */
export interface LiveCondition {
  type: string;
  status: string;
  reason: string;
  message: string;
}

/** Declares a class that shows as a condition. */
export function defineConditionFault(manual: Omit<ConditionFault, 'shows'>): ConditionFault {
  return { ...manual, shows: (conditions) => conditionShown(manual.conditions, conditions) };
}

function conditionShown(wanted: readonly ShownCondition[], live: readonly LiveCondition[]): string | undefined {
  const shown = live.find(({ type, status, reason }) =>
    wanted.some((one) => one.type === type && one.status === status && (one.reason ?? reason) === reason),
  );
  if (shown === undefined) return undefined;
  const said = [`condition ${shown.type} is ${shown.status}`, shown.reason, shown.message];
  return said
    .filter((part) => part !== '')
    .join(': ')
    .slice(0, 500);
}
