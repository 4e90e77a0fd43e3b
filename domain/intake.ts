import { z } from 'zod';
import type { Alert } from './alert.ts';
import { fingerprintOf } from './fingerprint.ts';

/**
 * What one delivery may hold; beyond it a body or an alert is refused, an annotation is cut. Lengths in characters.
 * One alert of the largest size stays below Temporal's 2 MB for a payload.
 */
export const intakeLimits = {
  alerts: 50_000,
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
      z.unknown().meta({ type: 'object', description: 'status, labels, annotations, startsAt, endsAt, fingerprint' }),
    )
    .max(intakeLimits.alerts)
    .describe('Firing and resolved alerts mixed; each is judged by its own status.'),
});
export type Webhook = z.infer<typeof webhookSchema>;

/** A body of POST /api/v2/alerts as Prometheus sends it to an Alertmanager; an alert has ended when its endsAt is past. */
export const alertListSchema = z
  .array(z.unknown().meta({ type: 'object', description: 'labels, annotations, startsAt, endsAt, generatorURL' }))
  .max(intakeLimits.alerts);

/** Why one alert of a body could not be taken: its index, the field, and what is wrong with it. */
export interface Rejection {
  index: number;
  field: string;
  reason: 'missing' | 'invalid' | 'tooLarge' | 'forbiddenName';
}

/** What a body holds: the alerts that can be identified, those that cannot, and how many the sender left out. */
export interface Intake {
  alerts: Alert[];
  rejected: Rejection[];
  truncated: number;
}

/** Where and when a body was read. `cluster` stands for alerts without a `cluster` label. */
export interface Reading {
  cluster: string;
  /** RFC 3339 UTC. */
  receivedAt: string;
}

const forbiddenNames = new Set(['__proto__', 'constructor', 'prototype']);
const fingerprintShape = /^[0-9a-f]{1,64}$/;
const timeShape = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;
const clusterShape = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/;

const alertSchema = z.object({
  status: z.enum(['firing', 'resolved']).optional(),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.unknown()).catch({}),
  startsAt: z.unknown().optional(),
  endsAt: z.unknown().optional(),
  generatorURL: z.unknown().optional(),
  fingerprint: z.unknown().optional(),
});

/** The alerts of a body. One that cannot be identified is reported in `rejected`; it never holds up the others. */
export function alertsOf(body: Webhook | unknown[], reading: Reading): Intake {
  const isList = Array.isArray(body);
  const items = isList ? body : body.alerts;
  const receiver = (isList ? 'prometheus' : body.receiver)?.slice(0, intakeLimits.labelName) || 'unknown';
  const intake: Intake = { alerts: [], rejected: [], truncated: isList ? 0 : (body.truncatedAlerts ?? 0) };
  items.forEach((item, index) => {
    const read = alertOf(item, receiver, reading);
    if ('field' in read) intake.rejected.push({ index, ...read });
    else intake.alerts.push(read);
  });
  return intake;
}

function alertOf(item: unknown, receiver: string, reading: Reading): Alert | Omit<Rejection, 'index'> {
  const parsed = alertSchema.safeParse(item);
  if (!parsed.success) return faultOfShape(item, parsed.error);
  const fault = faultOfLabels((item as { labels: Record<string, string> }).labels);
  if (fault !== undefined) return fault;
  // Prometheus' data model: a label with an empty value is the same as no label.
  const labels = Object.fromEntries(Object.entries(parsed.data.labels).filter(([, value]) => value !== ''));
  const { alertname, cluster } = labels;
  if (alertname === undefined) return { field: 'labels.alertname', reason: 'missing' };

  const endsAt = timeOf(parsed.data.endsAt);
  const generatorURL = urlOf(parsed.data.generatorURL);
  const hasEnded = endsAt !== undefined && Date.parse(endsAt) <= Date.parse(reading.receivedAt);
  const status = parsed.data.status ?? (hasEnded ? 'resolved' : 'firing');
  return {
    fingerprint: fingerprintIn(parsed.data.fingerprint) ?? fingerprintOf(labels),
    alertname,
    cluster: cluster === undefined ? reading.cluster : clusterName(cluster),
    status,
    labels,
    annotations: annotationsOf(parsed.data.annotations),
    startsAt: timeOf(parsed.data.startsAt) ?? reading.receivedAt,
    ...(status === 'resolved' && endsAt !== undefined ? { endsAt } : {}),
    ...(generatorURL === undefined ? {} : { generatorURL }),
    receiver,
    receivedAt: reading.receivedAt,
  };
}

function faultOfShape(item: unknown, error: z.ZodError): Omit<Rejection, 'index'> {
  const field = error.issues[0]?.path.join('.') || 'alert';
  const isMissing = field === 'labels' && (item as { labels?: unknown }).labels === undefined;
  return { field, reason: isMissing ? 'missing' : 'invalid' };
}

function faultOfLabels(labels: Record<string, string>): Omit<Rejection, 'index'> | undefined {
  const entries = Object.entries(labels);
  if (entries.length > intakeLimits.labels) return { field: 'labels', reason: 'tooLarge' };
  for (const [name, value] of entries) {
    const field = `labels.${name.slice(0, 64)}`;
    if (forbiddenNames.has(name)) return { field, reason: 'forbiddenName' };
    if (name.length > intakeLimits.labelName || value.length > intakeLimits.labelValue) {
      return { field, reason: 'tooLarge' };
    }
  }
  return undefined;
}

/** Annotations explain and never identify, so what does not fit is cut or left out instead of refused. */
function annotationsOf(given: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given)
      .filter(([name]) => name.length <= intakeLimits.labelName && !forbiddenNames.has(name))
      .slice(0, intakeLimits.annotations)
      .flatMap(([name, value]) => (isText(value) ? [[name, value.slice(0, intakeLimits.annotationValue)]] : [])),
  );
}

/**
 * A cluster's name as it stands in ids and task queues. A label that is not such a name (an ARN, say) becomes one
 * that carries a hash of the label, so that it can never be taken for another cluster's name.
 */
function clusterName(label: string): string {
  if (clusterShape.test(label)) return label;
  return `${label.replace(/[^A-Za-z0-9_.-]/g, '_').slice(0, 46)}-${fingerprintOf({ cluster: label })}`;
}

/** A moment as RFC 3339; the year 0001 is how Go says "never". */
function timeOf(value: unknown): string | undefined {
  if (!isText(value) || !timeShape.test(value) || value.startsWith('0001-')) return undefined;
  return Number.isNaN(Date.parse(value)) ? undefined : value;
}

function urlOf(value: unknown): string | undefined {
  return isText(value) && value.length <= intakeLimits.url && /^https?:\/\//.test(value) ? value : undefined;
}

function fingerprintIn(value: unknown): string | undefined {
  return isText(value) && fingerprintShape.test(value) ? value : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
