/**
 * The error catalogue: one row per code gives the Temporal failure type, the HTTP problem `code`, the metric label and
 * the heading in docs/reference/errors.md.
 *
 * `retry`: may the same call succeed later? `http`: the status the API answers with. `title`: what was wrong.
 * `fix`: what to do about it.
 */
export const errors = {
  // the caller's mistake
  INVALID_ALERT: {
    retry: false,
    http: 400,
    title: 'The body is not an Alertmanager webhook',
    fix: 'Send Alertmanager webhook format version 4 as application/json.',
  },
  INVALID_REQUEST: {
    retry: false,
    http: 400,
    title: 'The request does not fit the API',
    fix: 'Compare it with /docs.',
  },
  INVALID_CONFIG: {
    retry: false,
    http: 500,
    title: 'The configuration is not valid',
    fix: 'Correct the fields named; docs/reference/configuration.md lists them all.',
  },
  FOREIGN_NAMESPACE: {
    retry: false,
    http: 500,
    title: 'Another installation works in this Temporal namespace',
    fix: 'Give each installation a namespace of its own, or all processes of one the same MENDFLOW_INSTALLATION and approval key.',
  },
  INVALID_POLICY: {
    retry: false,
    http: 422,
    title: 'The policy is not valid',
    fix: 'Correct the fields named; the last good policies stay in force.',
  },
  TOO_COMPLEX: {
    retry: false,
    http: 422,
    title: 'The policies take too long to look at',
    fix: 'Send fewer policies at once, or write simpler regular expressions.',
  },
  UNAUTHENTICATED: {
    retry: false,
    http: 401,
    title: 'No valid bearer token',
    fix: 'Send Authorization: Bearer with a token that Mendflow is configured with.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    retry: false,
    http: 415,
    title: 'The content type is not application/json',
    fix: 'Send Content-Type: application/json.',
  },
  BODY_TOO_LARGE: {
    retry: false,
    http: 413,
    title: 'The body is larger than the limit',
    fix: 'Set max_alerts on the Alertmanager receiver, or raise MENDFLOW_API_BODY_LIMIT.',
  },
  NOT_FOUND: {
    retry: false,
    http: 404,
    title: 'There is no such thing',
    fix: '`mendflow list` shows the runs, `mendflow guard` the pauses and workloads.',
  },
  TOO_LATE: {
    retry: false,
    http: 409,
    title: 'The run is past this question',
    fix: 'Read the run again: somebody answered, the question expired, or the run ended.',
  },
  NOT_SIGNED: {
    retry: false,
    http: 409,
    title: 'The message is not signed with a key that the worker has',
    fix: 'Give the api and the workers the same MENDFLOW_APPROVAL_KEY.',
  },
  // the world has moved on
  TARGET_GONE: {
    retry: false,
    http: 410,
    title: 'The target does not exist any more',
    fix: 'Nothing: the run ends quietly.',
  },
  TARGET_REPLACED: {
    retry: false,
    http: 410,
    title: 'Another object has taken the name of the target',
    fix: 'Nothing: the new object has its own alerts.',
  },
  FAULT_GONE: {
    retry: false,
    http: 410,
    title: 'The fault is not there any more',
    fix: 'Nothing: the run verifies again.',
  },
  // not permitted
  PERMISSION_DENIED: {
    retry: false,
    http: 403,
    title: 'The API server refused Mendflow',
    fix: 'Grant the permissions that the action declares: docs/reference/actions.md lists them, deploy/rbac has them as files.',
  },
  CREDENTIALS_REFUSED: {
    retry: false,
    // Not the caller's credentials: those of the worker.
    http: 503,
    title: 'The API server does not take Mendflow’s credentials',
    fix: 'Renew the token, certificate or command of the worker’s kubeconfig; they were read again before the last try.',
  },
  ADMISSION_REFUSED: {
    retry: false,
    http: 409,
    title: 'An admission webhook, policy, quota or Pod Security of the cluster refuses the change',
    fix: 'Read the API server’s words: they name what refuses and why. Change that, or the object.',
  },
  TICKET_INVALID: {
    retry: false,
    http: 403,
    title: 'The act carries no valid ticket of the hub',
    fix: 'Give the hub and the cluster workers the same MENDFLOW_APPROVAL_KEY; if they have it, somebody else writes to Temporal.',
  },
  NOT_ALLOWED: {
    retry: false,
    http: 403,
    title: 'The policies in force do not allow the act on this target',
    fix: 'Nothing: the run looks again and says what changed.',
  },
  POLICY_CHANGED: {
    retry: false,
    http: 409,
    title: 'The policy in force does not have the step any more',
    fix: 'Decide by hand, or answer retry: the run then follows the policy in force.',
  },
  FOREIGN_CALLER: {
    retry: false,
    http: 403,
    title: 'An activity of the hub was called by a workflow that is not Mendflow’s',
    fix: 'Find out who else writes to this Temporal namespace.',
  },
  EVICTION_BLOCKED: {
    retry: false,
    http: 409,
    title: 'The pod may not be taken now: a PodDisruptionBudget does not allow it, or the pod is in its startup probe',
    fix: 'Make another pod of the workload ready, or loosen the budget. A pod in its startup probe may go once it has started.',
  },
  BUDGETS_CONFLICT: {
    retry: false,
    http: 409,
    title: 'More than one PodDisruptionBudget covers the pod',
    fix: 'Leave one budget for the pod; Kubernetes refuses every eviction until then.',
  },
  PAUSED: {
    retry: false,
    http: 409,
    title: 'Remediation is paused, or it cannot be known that it is not',
    fix: 'Lift the pause named; `mendflow guard` shows those of the guard.',
  },
  LEASE_EXPIRED: {
    retry: false,
    http: 409,
    title: 'The permit ran out before the act began',
    fix: 'Nothing: the run asks the guard again.',
  },
  NOT_APPLICABLE: {
    retry: false,
    http: 409,
    title: 'The action does not fit this target',
    fix: 'Choose another step in the policy.',
  },
  NOT_REPLACEABLE: {
    retry: false,
    http: 409,
    title: 'A pod that would be taken could not come back, so nothing was taken',
    fix: 'Mend what the API server or the scheduling check names (quota, Pod Security, webhook, service account, room on nodes), then answer retry.',
  },
  MANAGED_ELSEWHERE: {
    retry: false,
    http: 409,
    title: 'A tool or an operator manages the workload or its autoscaler and would change it back',
    fix: 'Make the change in the object or source that the message names, or list the manager in scope.managedBy of the policy.',
  },
  STEP_UNFINISHED: {
    retry: false,
    http: 504,
    title: 'The step was begun and did not finish in its time',
    fix: 'Read what is left, and give the step a longer `within`.',
  },
  STEP_FAILED: {
    retry: false,
    http: 502,
    title: 'The step was begun and says itself that it failed',
    fix: 'Read what it said, and the log of what it ran.',
  },
  // try again
  CONFLICT: {
    retry: true,
    http: 409,
    title: 'Somebody else changed the object at the same moment',
    fix: 'Nothing: it is read again and retried.',
  },
  RATE_LIMITED: {
    retry: true,
    http: 429,
    title: 'The API server asks to slow down',
    fix: 'Nothing: it is retried after the time it named.',
  },
  ADMISSION_UNAVAILABLE: {
    retry: true,
    http: 503,
    title: 'An admission webhook of the cluster does not answer, so the API server refuses the change',
    fix: 'Bring back the webhook that the API server names; until then it refuses every such change, also the pods of rollouts.',
  },
  CLUSTER_UNAVAILABLE: {
    retry: true,
    http: 503,
    title: 'The Kubernetes API server does not answer',
    fix: 'Check the cluster and the worker’s kubeconfig.',
  },
  TEMPORAL_UNAVAILABLE: {
    retry: true,
    http: 503,
    title: 'Temporal does not answer',
    fix: 'Check TEMPORAL_ADDRESS and the server; the sender retries.',
  },
  OVERLOADED: {
    retry: true,
    http: 503,
    title: 'Too many deliveries at once',
    fix: 'Nothing: the sender retries after Retry-After.',
  },
  RECEIVER_UNAVAILABLE: {
    retry: true,
    http: 502,
    title: 'The receiver of a notification does not answer',
    fix: 'Check the receiver’s URL and health.',
  },
  PROMETHEUS_UNAVAILABLE: {
    retry: true,
    http: 503,
    title: 'Prometheus does not answer',
    fix: 'Check MENDFLOW_PROMETHEUS_URL.',
  },
  WORKER_UNAVAILABLE: {
    retry: true,
    http: 503,
    title: 'No worker answers',
    fix: 'Run `mendflow serve worker` with the role hub, and with the role cluster for the cluster named.',
  },
  API_UNAVAILABLE: {
    retry: true,
    http: 503,
    title: 'The Mendflow api cannot be reached',
    fix: 'Check the address (--server, MENDFLOW_SERVER or the context), and that `mendflow serve api` runs there.',
  },
  API_TIMEOUT: {
    retry: true,
    http: 504,
    title: 'The Mendflow api did not answer in time',
    fix: 'Look at /readyz?verbose of the api, or allow more time with --request-timeout.',
  },
  // the receiver said no
  NOTIFIER_REJECTED: {
    retry: false,
    http: 502,
    title: 'The receiver refused the notification',
    fix: 'Check the receiver’s settings; it is recorded with the run.',
  },
  // our bug
  INTERNAL: { retry: false, http: 500, title: 'A fault of Mendflow itself', fix: 'Report it with the run id.' },
} as const satisfies Record<string, { retry: boolean; http: number; title: string; fix: string }>;

/** A code of the catalogue; stable, part of the public interface. */
export type ErrorCode = keyof typeof errors;

/** An error that carries its code of the catalogue. `message` says what and where; never holds a secret. */
export class MendflowError extends Error {
  override readonly name = 'MendflowError';
  readonly code: ErrorCode;
  /** How long to wait before trying again, where the other side said so. */
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; retryAfterMs?: number } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The object that was meant is gone, and another one has its name. */
export const replacedError = (label: string): MendflowError =>
  new MendflowError('TARGET_REPLACED', `${label} was replaced by another object of that name`);
