import { z } from 'zod';
import type { Alert } from './alert.ts';
import { fingerprintOf } from './fingerprint.ts';

/**
 * What one delivery may hold; beyond it a body or an alert is refused, an annotation is cut. Lengths in characters;
 * `alertBytes` counts labels, annotations and URL of one alert together as JSON in UTF-8, because each delivery of it
 * stands in Temporal's history.
 */
export const intakeLimits = {
  alerts: 50_000,
  alertBytes: 32_768,
  labels: 64,
  labelName: 128,
  labelValue: 2_048,
  annotations: 32,
  annotationValue: 4_096,
  url: 2_048,
} as const;

/**
 * An Alertmanager v4 webhook, or one of the formats modelled on it. Only `alerts` is needed: a refused body is lost, so
 * nothing else can make it fail.
 */
export const webhookSchema = z.looseObject({
  receiver: z.string().optional().catch(undefined).describe('Name of the Alertmanager receiver.'),
  truncatedAlerts: z
    .int()
    .min(0)
    .optional()
    .catch(undefined)
    .describe('Alerts that the sender left out: the sign of a storm.'),
  alerts: z
    .array(
      z.unknown().meta({
        type: 'object',
        description:
          'status, labels, annotations, startsAt, endsAt; a fingerprint is not believed but computed from the labels',
      }),
    )
    .max(intakeLimits.alerts)
    .describe('Firing and resolved alerts mixed; each is judged by its own status.'),
});

/** What the intake reads of a webhook; the alerts may be read one after the other. */
export interface Webhook {
  receiver?: string | undefined;
  truncatedAlerts?: number | undefined;
  alerts: Iterable<unknown>;
}

/** A body of POST /api/v2/alerts as Prometheus sends it to an Alertmanager; an alert has ended when its endsAt is past. */
export const alertListSchema = z
  .array(z.unknown().meta({ type: 'object', description: 'labels, annotations, startsAt, endsAt, generatorURL' }))
  .max(intakeLimits.alerts);

/** What can be wrong with one alert of a body. */
export const rejectionReasons = ['missing', 'invalid', 'tooLarge', 'forbiddenName', 'unknownCluster'] as const;

/** Why one alert of a body could not be taken: its index, the field, and what is wrong with it. */
export interface Rejection {
  index: number;
  field: string;
  reason: (typeof rejectionReasons)[number];
}
type Fault = Omit<Rejection, 'index'>;

/** An alert of a body that was not even parsed, because that would cost too much. */
export class UnreadAlert {
  readonly reason: 'tooLarge' | 'invalid';

  constructor(reason: UnreadAlert['reason']) {
    this.reason = reason;
  }
}

/** What a body holds: the alerts that are taken, those that are not, and how many the sender left out. */
export interface Intake {
  alerts: Alert[];
  rejected: Rejection[];
  truncated: number;
  /** Firing alerts of each cluster that the sender may not speak of; they are among `rejected`. */
  unknownClusters: Map<string, number>;
}

/** Where and when a body was read. `cluster` stands for alerts without a `cluster` label. */
export interface Reading {
  cluster: string;
  /** Clusters that the sender may speak of, as their labels say them; any where it is absent. */
  clusters?: readonly string[] | undefined;
  /** RFC 3339 UTC. */
  receivedAt: string;
}

const forbiddenNames = new Set(['__proto__', 'constructor', 'prototype']);
/** Of a place that is reported. */
const longestField = 71;
const longestTime = 40;
const timeShape = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;
const clusterShape = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/;

const alertSchema = z.object({
  status: z.enum(['firing', 'resolved']).optional(),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.unknown()).catch({}),
  startsAt: z.unknown().optional(),
  endsAt: z.unknown().optional(),
  generatorURL: z.unknown().optional(),
});

/** The alerts of a body. One that is not taken is reported in `rejected`; it never holds up the others. */
export function alertsOf(body: Webhook | unknown[], reading: Reading): Intake {
  const { intake, take } = openIntake(Array.isArray(body) ? { receiver: 'prometheus' } : body, reading);
  for (const item of Array.isArray(body) ? body : body.alerts) take(item);
  return intake;
}

/** Reads the alerts of one body one by one, so that the reader may rest between them; `intake` holds what was read so far. */
export function openIntake(
  { receiver, truncatedAlerts }: Omit<Webhook, 'alerts'>,
  reading: Reading,
): { intake: Intake; take: (item: unknown) => void } {
  const intake: Intake = { alerts: [], rejected: [], truncated: truncatedAlerts ?? 0, unknownClusters: new Map() };
  const named = receiver?.slice(0, intakeLimits.labelName) || 'unknown';
  const known = reading.clusters && new Set(reading.clusters.map(clusterName));
  let index = -1;
  const take = (item: unknown) => {
    index += 1;
    const read = alertOf(item, named, reading);
    if (read.kind === 'rejected') {
      intake.rejected.push({ index, ...read.fault });
      return;
    }
    const { alert } = read;
    if (known === undefined || known.has(alert.cluster)) {
      intake.alerts.push(alert);
      return;
    }
    intake.rejected.push({ index, field: 'labels.cluster', reason: 'unknownCluster' });
    if (alert.status === 'firing') {
      intake.unknownClusters.set(alert.cluster, (intake.unknownClusters.get(alert.cluster) ?? 0) + 1);
    }
  };
  return { intake, take };
}

type ReadAlert = { kind: 'alert'; alert: Alert } | { kind: 'rejected'; fault: Fault };

function alertOf(item: unknown, receiver: string, reading: Reading): ReadAlert {
  if (item instanceof UnreadAlert) return rejected({ field: 'alert', reason: item.reason });
  const parsed = alertSchema.safeParse(item);
  if (!parsed.success) return rejected(faultOfShape(item, parsed.error));
  const fault = faultOfLabels((item as { labels: Record<string, string> }).labels);
  if (fault !== undefined) return rejected(fault);
  // Prometheus' data model: a label with an empty value is the same as no label.
  const labels = Object.fromEntries(Object.entries(parsed.data.labels).filter(([, value]) => value !== ''));
  const { alertname, cluster } = labels;
  if (alertname === undefined) return rejected({ field: 'labels.alertname', reason: 'missing' });

  const endsAt = timeOf(parsed.data.endsAt);
  const room = intakeLimits.alertBytes - jsonBytesOf(labels);
  if (room < 0) return rejected({ field: 'labels', reason: 'tooLarge' });
  const generatorURL = urlOf(parsed.data.generatorURL, room);
  const annotations = annotationsOf(parsed.data.annotations, room - jsonBytes(generatorURL ?? ''));
  const hasEnded = endsAt !== undefined && Date.parse(endsAt) <= Date.parse(reading.receivedAt);
  const status = parsed.data.status ?? (hasEnded ? 'resolved' : 'firing');
  const alert: Alert = {
    // The sender's own is not believed: one that names another run would be taken for its repeat.
    fingerprint: fingerprintOf(labels),
    alertname,
    cluster: cluster === undefined ? reading.cluster : clusterName(cluster),
    status,
    labels,
    annotations,
    startsAt: timeOf(parsed.data.startsAt) ?? reading.receivedAt,
    ...(status === 'resolved' && endsAt !== undefined ? { endsAt } : {}),
    ...(generatorURL === undefined ? {} : { generatorURL }),
    receiver,
    receivedAt: reading.receivedAt,
  };
  return { kind: 'alert', alert };
}

const rejected = (fault: Fault): ReadAlert => ({ kind: 'rejected', fault });

function faultOfShape(item: unknown, error: z.ZodError): Fault {
  const field = error.issues[0]?.path.join('.').slice(0, longestField) || 'alert';
  const isMissing = field === 'labels' && (item as { labels?: unknown }).labels === undefined;
  return { field, reason: isMissing ? 'missing' : 'invalid' };
}

function faultOfLabels(labels: Record<string, string>): Fault | undefined {
  const entries = Object.entries(labels);
  if (entries.length > intakeLimits.labels) return { field: 'labels', reason: 'tooLarge' };
  for (const [name, value] of entries) {
    const field = `labels.${name}`.slice(0, longestField);
    if (forbiddenNames.has(name)) return { field, reason: 'forbiddenName' };
    if (name.length > intakeLimits.labelName || value.length > intakeLimits.labelValue) {
      return { field, reason: 'tooLarge' };
    }
  }
  return undefined;
}

/** Annotations explain and never identify, so what does not fit is cut or left out instead of refused. */
function annotationsOf(given: Record<string, unknown>, room: number): Record<string, string> {
  const kept: [string, string][] = [];
  let left = room;
  for (const [name, value] of Object.entries(given)) {
    if (kept.length === intakeLimits.annotations || left <= 0) break;
    if (!isText(value) || name.length > intakeLimits.labelName || forbiddenNames.has(name)) continue;
    left -= jsonBytes(name);
    const text = cutTo(value.slice(0, intakeLimits.annotationValue), left);
    if (left >= 0) kept.push([name, text]);
    left -= jsonBytes(text);
  }
  return Object.fromEntries(kept);
}

/**
 * A cluster's name as it stands in ids and task queues. A label that is not such a name (an ARN, say) becomes one
 * that carries a hash of the label, so that it can never be taken for another cluster's name.
 */
export function clusterName(label: string): string {
  if (clusterShape.test(label)) return label;
  return `${label.replace(/[^A-Za-z0-9_.-]/g, '_').slice(0, 46)}-${fingerprintOf({ cluster: label })}`;
}

/** A moment as RFC 3339; the year 0001 is how Go says "never". */
function timeOf(value: unknown): string | undefined {
  if (!isText(value) || value.length > longestTime || !timeShape.test(value) || value.startsWith('0001-')) {
    return undefined;
  }
  return Number.isNaN(Date.parse(value)) ? undefined : value;
}

function urlOf(value: unknown, room: number): string | undefined {
  const isUrl = isText(value) && value.length <= intakeLimits.url && /^https?:\/\//.test(value);
  return isUrl && jsonBytes(value) <= room ? value : undefined;
}

const jsonBytesOf = (labels: Record<string, string>) =>
  Object.entries(labels).reduce((sum, [name, value]) => sum + jsonBytes(name) + jsonBytes(value), 0);

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** Bytes of a text as JSON in UTF-8, the quotes left out. */
export function jsonBytes(text: string): number {
  let bytes = 0;
  for (const char of text) bytes += bytesOf(char);
  return bytes;
}

/** The beginning of a text that takes at most so many bytes as JSON; no character is cut in half. */
export function cutTo(text: string, bytes: number): string {
  let left = bytes;
  let length = 0;
  for (const char of text) {
    left -= bytesOf(char);
    if (left < 0) return text.slice(0, length);
    length += char.length;
  }
  return text;
}

function bytesOf(char: string): number {
  const code = char.codePointAt(0) ?? 0;
  if (code === 0x22 || code === 0x5c) return 2;
  // Control characters, and halves of a pair, are written as an escape of six characters.
  if (code < 0x20 || (code >= 0xd800 && code <= 0xdfff)) return 6;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}
