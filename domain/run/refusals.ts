import type { ErrorCode } from './errors.ts';
import type { Reason } from './reasons.ts';

/** A step that could not be done now: what its trial was refused with. */
export interface RefusedStep {
  /** Its index in the plan. */
  step: number;
  code: ErrorCode;
  /** For a person, with the action's name. */
  detail: string;
}

/** With these a trial says that the act would be refused as well, whatever a person answers. */
export const refusalsBefore: readonly ErrorCode[] = [
  'NOT_APPLICABLE',
  'NOT_REPLACEABLE',
  'MANAGED_ELSEWHERE',
  'EVICTION_BLOCKED',
  'BUDGETS_CONFLICT',
  'ADMISSION_REFUSED',
  'PERMISSION_DENIED',
  'POLICY_CHANGED',
];

/** The step is not for this target; the next one may be. */
export const unfit: readonly ErrorCode[] = ['NOT_APPLICABLE', 'NOT_REPLACEABLE', 'MANAGED_ELSEWHERE'];

const reasons: Partial<Record<ErrorCode, Reason>> = {
  TARGET_GONE: 'targetGone',
  TARGET_REPLACED: 'targetReplaced',
  FAULT_GONE: 'faultGone',
  NOT_APPLICABLE: 'actionIneffective',
  LEASE_EXPIRED: 'leaseLost',
  PAUSED: 'paused',
  NOT_ALLOWED: 'policyChanged',
  TICKET_INVALID: 'ticketInvalid',
  POLICY_CHANGED: 'policyChanged',
  EVICTION_BLOCKED: 'evictionBlocked',
  BUDGETS_CONFLICT: 'evictionBlocked',
  PERMISSION_DENIED: 'permissionDenied',
  CREDENTIALS_REFUSED: 'permissionDenied',
  ADMISSION_REFUSED: 'admissionRefused',
  ADMISSION_UNAVAILABLE: 'admissionRefused',
  CLUSTER_UNAVAILABLE: 'clusterUnavailable',
  MANAGED_ELSEWHERE: 'managedElsewhere',
  NOT_REPLACEABLE: 'notReplaceable',
};

/** The reason that is recorded where an act ended with this code. */
export const reasonOf = (code: ErrorCode): Reason => reasons[code] ?? 'stepFailed';
