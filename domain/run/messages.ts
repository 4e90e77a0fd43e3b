import type { Alert } from '../alert/alert.ts';
import { objectLabels } from '../alert/exporter-labels.ts';
import { isObject } from '../text/shapes.ts';
import { type AlertNews, type HumanMessage, type HumanMessageName, remediationWorkflowId } from './contract.ts';

/** Whoever can write to Temporal can send a run anything. These read what came, and say no to what is no message. */

const limits = {
  id: 200,
  who: 200,
  note: 4_000,
  short: 500,
  receivers: 10,
  workflowId: 255,
  labels: 200,
  alertBytes: 32_768,
} as const;

/** The news of an alert; undefined where it is none. */
export function alertNewsIn(value: unknown): AlertNews | undefined {
  if (!isObject(value) || !isMoment(value.startsAt)) return undefined;
  const { startsAt, receivedAt } = value;
  return { startsAt, receivedAt: isMoment(receivedAt) ? receivedAt : startsAt };
}

/** A person's message; undefined where it is none. Members that it may go without are left out where they are not text. */
export function humanMessageIn(value: unknown): HumanMessage | undefined {
  if (!isObject(value)) return undefined;
  const { id, who, at, note, digest, signature } = value;
  if (!isText(id, limits.id) || id === '' || !isText(who, limits.who) || who === '') return undefined;
  return {
    id,
    who,
    at: isText(at, limits.short) ? at : '',
    ...(isText(note, Number.POSITIVE_INFINITY) && note !== '' ? { note: note.slice(0, limits.note) } : {}),
    ...(isText(digest, limits.short) ? { digest } : {}),
    ...(isText(signature, limits.short) ? { signature } : {}),
  };
}

/** Why the run that joins needs a person, and whom it would have told. */
export interface JoinedWords {
  detail: string;
  notify: string[];
}

/** What a run answers to a message that counts. */
export const takenAnswer = (verb: HumanMessageName): string => `${verb} is taken`;

/** An alert that was merged into a run. `alert` is absent where it is not the one that the workflow id stands for. */
export interface Joined {
  workflowId: string;
  alertname: string;
  alert?: Alert;
  asks?: JoinedWords;
}

/** What a run says that joins another one; undefined where it is no such message. */
export function joinedIn(value: unknown): Joined | undefined {
  if (!isObject(value) || !isText(value.workflowId, limits.workflowId)) return undefined;
  const { workflowId } = value;
  if (!workflowId.startsWith('remediation/')) return undefined;
  const alert = alertIn(value.alert);
  const asks = wordsIn(value.asks);
  const words = asks === undefined ? {} : { asks };
  if (alert === undefined || remediationWorkflowId(alert) !== workflowId) {
    return { workflowId, alertname: 'an alert', ...words };
  }
  return { workflowId, alertname: alert.alertname.slice(0, limits.short), alert, ...words };
}

/**
 * True where the end of a healed run answers for the alert that joined it: it is about the same pod, and it began before
 * the last act. Everything else may be about something that this run never looked at.
 */
export function isAnsweredBy(
  { alert }: Pick<Joined, 'alert'>,
  run: { labels: Alert['labels']; actedAtMs: number },
): boolean {
  if (alert === undefined) return false;
  const { pod } = objectLabels(alert.labels);
  return pod !== undefined && pod === objectLabels(run.labels).pod && Date.parse(alert.startsAt) <= run.actedAtMs;
}

function wordsIn(value: unknown): JoinedWords | undefined {
  if (!isObject(value) || typeof value.detail !== 'string' || !Array.isArray(value.notify)) return undefined;
  const receivers = value.notify.filter((receiver): receiver is string => isText(receiver, limits.who));
  return { detail: value.detail.slice(0, limits.short), notify: receivers.slice(0, limits.receivers) };
}

/** Without annotations, which explain and never identify. */
function alertIn(value: unknown): Alert | undefined {
  if (!isObject(value) || !isObject(value.labels)) return undefined;
  const { fingerprint, alertname, cluster, labels, startsAt, receivedAt, receiver } = value;
  if (!isText(fingerprint, limits.short) || !isText(alertname, limits.short) || !isText(cluster, limits.short))
    return undefined;
  if (!isMoment(startsAt) || !isMoment(receivedAt)) return undefined;
  const pairs = Object.entries(labels);
  const isAllText = pairs.every(([, label]) => typeof label === 'string');
  const size = pairs.reduce((sum, [name, label]) => sum + name.length + String(label).length, 0);
  if (!isAllText || pairs.length > limits.labels || size > limits.alertBytes) return undefined;
  return {
    ...{ fingerprint, alertname, cluster, startsAt, receivedAt, status: 'firing', annotations: {} },
    labels: Object.fromEntries(pairs) as Record<string, string>,
    receiver: isText(receiver, limits.short) ? receiver : '',
  };
}

const isText = (value: unknown, limit: number): value is string => typeof value === 'string' && value.length <= limit;

const isMoment = (value: unknown): value is string => isText(value, 64) && !Number.isNaN(Date.parse(value));
