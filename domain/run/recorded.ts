import type { Alert } from '../alert/alert.ts';
import type { PolicyMode } from '../policy/mode.ts';
import type { Surroundings } from '../target/cluster-context.ts';
import type { Target } from '../target/target.ts';
import type { Assessment, Shown } from './assessment.ts';

/** What a run's first look at the cluster saw: enough to judge another policy by it later; never logs or labels of objects. */
export interface FirstLook {
  /** RFC 3339 UTC. */
  at: string;
  /** Mode of the plan, and what its place allowed at most; absent where no policy drove the run. */
  mode?: PolicyMode;
  allowedMode?: PolicyMode;
  target?: Target;
  shown?: Shown;
  /** The three below only where every check held. */
  evidence?: string[];
  failure?: string;
  surroundings?: Surroundings;
}

/** What is kept of a run beside what people read. */
export interface Recorded {
  /** The alert's. */
  labels: Record<string, string>;
  /** Absent for a run that ended before it looked. */
  look?: FirstLook;
}

/** What to keep of the first assessment. */
export function firstLook(assessment: Assessment): FirstLook {
  const { kind, verifiedAt: at, target, shown } = assessment;
  const { plan } = assessment;
  return {
    at,
    ...(plan && { mode: plan.mode, allowedMode: plan.allowedMode }),
    ...(target && { target }),
    ...(shown && { shown }),
    ...(kind === 'actionable' && {
      evidence: assessment.evidence,
      failure: assessment.failure,
      surroundings: assessment.surroundings,
    }),
  };
}

/** What is kept of a run from its alert on. */
export const recordedOf = ({ labels }: Alert, look: FirstLook | undefined): Recorded => ({
  labels,
  ...(look && { look }),
});
