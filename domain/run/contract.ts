import { safeLine } from '../text/plain-text.ts';

/** Names that processes agree on, said once: task queues, ids, messages, search attributes. */

/** Workflows, notifications. */
export const hubTaskQueue = 'mendflow';

/** The guards' own: a flood of runs must not keep them from answering. */
export const guardTaskQueue = 'mendflow-guard';

/** One cluster's activities; only a worker with that cluster's credentials polls it. */
export const clusterTaskQueue = (cluster: string) => `mendflow-cluster-${cluster}`;

export const workflowTypes = {
  remediation: 'remediation',
  guard: 'guard',
  explanation: 'explanation',
  policies: 'policies',
  notifications: 'notifications',
  sweep: 'sweep',
} as const;

export const guardWorkflowId = (cluster: string) => `guard/${cluster}`;

/** The workflow that looks again at what was refused in the cluster. */
export const sweepWorkflowId = (cluster: string) => `sweep/${cluster}`;

/** The workflow id of one look that explains an alert; each has its own. */
export const explanationWorkflowId = (cluster: string, id: string) => `explain/${cluster}/${id}`;

/** The workflow id of one look at the policies of a cluster. */
export const policiesWorkflowId = (cluster: string, id: string) => `policies/${cluster}/${id}`;

/**
 * The workflow id of an alert's episode; ≤ 255 bytes. `fingerprint` must be safe already (see the intake); the
 * alert's name is cut, cleaned and redacted, which loses nothing because the fingerprint covers all labels.
 */
export function remediationWorkflowId(alert: { cluster: string; alertname: string; fingerprint: string }): string {
  const name = safeLine(alert.alertname)
    .replace(/[^A-Za-z0-9_.-]/g, '_')
    .slice(0, 100);
  return `remediation/${alert.cluster}/${name}/${alert.fingerprint}`;
}

/** The workflow id of the messages that a run left unsent when it ended. `runId` is that of the run's first execution. */
export const notificationsWorkflowId = (runId: string) => `notifications/${runId}`;

/**
 * Messages to a run. `alert` and `resolved` come from the intake, `joined` from another run. `lookAgain` tells an
 * escalated run that a pause, a storm or a window may be over; it has no argument and is ignored in any other phase.
 */
export const signals = { alert: 'alert', resolved: 'resolved', joined: 'joined', lookAgain: 'lookAgain' } as const;

/** Argument of `alert` and `resolved`. A run keeps the labels that it started with, so none are sent. RFC 3339. */
export interface AlertNews {
  startsAt: string;
  receivedAt: string;
}

/** What people say to a run, as signal and as update with the same name. */
export const humanMessages = ['approve', 'reject', 'acknowledge', 'retry', 'abort', 'takeOver'] as const;
export type HumanMessageName = (typeof humanMessages)[number];

/** Argument of every human message. */
export interface HumanMessage {
  /** Same id = same message; repeats change nothing. */
  id: string;
  who: string;
  /** RFC 3339 UTC. */
  at: string;
  note?: string;
  /** `approve` and `reject`: digest of the question that is answered (status.question.digest). */
  digest?: string;
  /** `approve`: the api's signature (domain/run/approval.ts). */
  signature?: string;
}

/** Messages to the guard. */
export const guardSignals = {
  releasePermit: 'releasePermit',
  sightings: 'sightings',
  alerting: 'alerting',
  refused: 'refused',
  truncated: 'truncated',
  unknownCluster: 'unknownCluster',
  pause: 'pause',
  resume: 'resume',
  resetWorkload: 'resetWorkload',
} as const;

/** Argument of `truncated`: a sender left alerts out of a delivery. */
export interface Truncated {
  /** Name of the intake token, or of the Alertmanager receiver where no token is asked for; at most 64 characters. */
  sender: string;
  /** Unix ms. */
  atMs: number;
}

/** Argument of `unknownCluster`: alerts of a cluster that their sender may not speak of; no run was started for them. */
export interface UnknownCluster {
  /** The cluster's name as it stands in ids; `*` where so many names are unknown that they are told as one. */
  cluster: string;
  /** As in Truncated. */
  sender: string;
  /** How many alerts the delivery held of it. */
  alerts: number;
  /** Unix ms. */
  atMs: number;
}

/** Argument of `refused`: a run was refused by something that ends, and is to be looked at again. */
export interface Refused {
  /** When, or before, Unix ms. */
  atMs: number;
}

/** Message to a sweep that is under way. */
export const sweepSignals = { refused: 'refused' } as const;

/** The updates by which runs ask the guard: for permits, and who speaks about a trouble that is larger than one run. */
export const guardDecide = 'decide';
export const guardIncident = 'incident';

/** Stands for the receiver of the configuration that is told when no policy says whom. */
export const fallbackReceiver = 'fallback';

export const queries = { status: 'status', guardState: 'state', guardRecall: 'recall' } as const;

/** Keyword search attributes; a namespace on SQL visibility allows ten. */
export const searchAttributes = [
  'AlertName',
  'Cluster',
  'KubeNamespace',
  'Workload',
  'Policy',
  'Phase',
  'Outcome',
  'Reason',
] as const;
export type SearchAttributeName = (typeof searchAttributes)[number];

/** Annotation that names the run which touched an object; its value is `<first run id>.<step>.<steps before>`. */
export const touchAnnotation = 'mendflow.dev/remediated-by';
/** Annotation of a node that we cordoned; its value is the token of the step that did. */
export const cordonAnnotation = 'mendflow.dev/cordoned-by';
/** Annotations of a Job that we made again: the name of the first one (a label too), and how many copies of that there were with it. */
export const copyOfAnnotation = 'mendflow.dev/copy-of';
export const copiesAnnotation = 'mendflow.dev/copies';
/** Label with value `disabled` that takes an object or a namespace out of remediation. */
export const optOutLabel = 'mendflow.dev/remediation';
/** Label on everything of Mendflow's own. */
export const ourLabel = { key: 'app.kubernetes.io/part-of', value: 'mendflow' } as const;
export const fieldManager = 'mendflow';
