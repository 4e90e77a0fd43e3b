import type { Outcome, RemediationReport } from '../../domain/run/outcome.ts';
import type { Reason } from '../../domain/run/reasons.ts';
import type { Place } from '../demo/scenes/scene.ts';
import type { KubernetesObject } from '../kubernetes-api.ts';

/** What a person says: to the question about an action, or once the run is escalated. */
export type CaseAnswer = { approve: string } | { reject: string } | 'take-over';

/** How a case must end. */
export interface Expected {
  outcome: Outcome;
  /**
   * Accepted as well: the alert may fire again for a replacement pod of the same name, and the record shows only the last
   * run.
   */
  orOutcome?: Outcome;
  reason?: Reason;
  /** A reason that must stand in the run's timeline. */
  because?: Reason;
  /** Every write of the worker that the API server carried out, in order: `create pods/eviction`. */
  acts: readonly string[];
  /** Another way that is as right. */
  orActs?: readonly string[];
  /** Most escalations that people may be sent from the fault to the end of the case. */
  escalationsAtMost?: number;
}

/** One fault on real nodes, from the fault to its ending. */
export interface NodeCase {
  /** Of the case, its namespace and its copy of the policy. */
  name: string;
  /** The fault, for the table. */
  fault: string;
  /** The ready-made policy that is played. */
  policy: string;
  /** The policy acts on nodes, and on those only that carry the label of the case. */
  isAboutNodes?: true;
  /** What is there and well before; three pods of the application unless it says otherwise. */
  world?(place: Place): KubernetesObject[];
  breakIt(place: Place): Promise<void>;
  answers?: readonly CaseAnswer[];
  /** What others do while the run is under way; begins when the fault is there. */
  meanwhile?(place: Place): Promise<void>;
  expected: Expected;
  /** Further things that must be seen, at the node or in the record; resolves with a sentence for each that is not. */
  look?(place: Place, report: RemediationReport): Promise<string[]>;
}
