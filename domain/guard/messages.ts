import type { Truncated, UnknownCluster } from '../run/contract.ts';
import { isObject, listOf, number, object, optional, type Shape, text } from '../text/shapes.ts';
import type { PermitRelease, PermitRequest } from './permit.ts';
import type { Pause, Reset, Resume, Sighting } from './records.ts';

/*
 * What the guard takes out of messages. Anybody who can write to Temporal can send anything, so each message is read
 * field by field: too long texts are cut, times of the future are now, and what has no meaning is undefined.
 */

const outcomes = ['healthy', 'unhealthy', 'returned'] as const;
const sightingsAtMost = 500;
const requestsAtMost = 100;

/** A release, or undefined where it names no request and no outcome. */
export function releaseIn(value: unknown, nowMs: number): (PermitRelease & { actedAtMs: number }) | undefined {
  if (!isObject(value) || typeof value.requestId !== 'string') return undefined;
  const outcome = outcomes.find((known) => known === value.outcome);
  if (outcome === undefined) return undefined;
  return { requestId: value.requestId.slice(0, 300), outcome, actedAtMs: timeIn(value.actedAtMs, nowMs) };
}

/** The sightings that can be read; that the cluster was looked at, only a request can tell. */
export function sightingsIn(value: unknown, nowMs: number): Sighting[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, sightingsAtMost).flatMap((item: unknown) => {
    if (!isObject(item) || typeof item.workload !== 'string' || typeof item.namespace !== 'string') return [];
    const { workload, namespace, alertname } = item;
    return [
      {
        workload: workload.slice(0, 300),
        namespace: namespace.slice(0, 63),
        atMs: timeIn(item.atMs, nowMs),
        traits: [],
        ...(typeof alertname === 'string' ? { alertname: alertname.slice(0, 200) } : {}),
      },
    ];
  });
}

/** Who left alerts out; an older api does not say. */
export function truncatedIn(value: unknown, nowMs: number): Truncated {
  return { sender: textIn(value, 'sender', 64) ?? 'unknown', atMs: timeIn(isObject(value) && value.atMs, nowMs) };
}

/** The unknown cluster, or undefined where none is named. */
export function unknownClusterIn(value: unknown, nowMs: number): UnknownCluster | undefined {
  const cluster = textIn(value, 'cluster', 128);
  if (cluster === undefined || !isObject(value)) return undefined;
  const alerts = number(0, 1_000_000)(value.alerts) === undefined ? Math.round(value.alerts as number) : 0;
  return { cluster, sender: textIn(value, 'sender', 64) ?? 'unknown', alerts, atMs: nowMs };
}

/** Far beyond the 30 days that the api takes, so that clocks that differ cut nothing off. */
const longestPauseMs = 366 * 86_400_000;

/**
 * A pause. Whatever the message holds, it pauses: whoever sends one wants everything to stop. An end that has passed stays
 * its end: the message may have waited for a worker, and what was refused meanwhile is looked at again. One whose end is
 * no time lasts until a person lifts it.
 */
export function pauseIn(value: unknown, nowMs: number): Pause {
  const untilMs = isObject(value) ? value.untilMs : undefined;
  const isTime = typeof untilMs === 'number' && Number.isFinite(untilMs) && untilMs > 0;
  return {
    id: textIn(value, 'id', 100) ?? 'unnamed',
    who: textIn(value, 'who', 200) ?? 'an unnamed sender',
    why: textIn(value, 'why', 1_000) ?? 'the pause gives no reason',
    sinceMs: timeIn(isObject(value) && value.sinceMs, nowMs),
    ...(isTime && { untilMs: Math.min(untilMs, nowMs + longestPauseMs) }),
  };
}

/** Which pause is lifted, or undefined where the message names none. */
export function resumeIn(value: unknown, nowMs: number): Resume | undefined {
  const id = textIn(value, 'id', 100);
  if (id === undefined) return undefined;
  return {
    id,
    who: textIn(value, 'who', 200) ?? 'an unnamed sender',
    why: textIn(value, 'why', 500) ?? '',
    atMs: nowMs,
  };
}

/** Which workload is reset, or undefined where the message names none. */
export function resetIn(value: unknown, nowMs: number): Reset | undefined {
  const workload = textIn(value, 'workload', 400);
  if (workload === undefined) return undefined;
  const who = textIn(value, 'who', 200) ?? 'an unnamed sender';
  const id = textIn(value, 'id', 100);
  return { ...(id && { id }), workload, who, why: textIn(value, 'why', 500) ?? '', atMs: nowMs };
}

/** Names stand in keys of the guard's memory, where commas and blanks separate. */
const name = (max: number): Shape => text(max, /^[A-Za-z0-9][A-Za-z0-9._:-]*$/);
const placeName = (value: unknown) => (value === '' ? undefined : name(63)(value));
const count = number(0, 1_000_000_000);
const pods = object({ total: count, unhealthy: count });

/** What every rule reads; a rule that meets something else holds that request alone. */
const request: Shape = object({
  requestId: text(300),
  workflowId: text(255),
  runId: text(100),
  resetRunId: optional(text(100)),
  policy: text(253),
  failure: text(10_000),
  leaseMs: number(1, 48 * 3_600_000),
  changesMs: listOf(number(0, 1e14), 200),
  allowedNamespaces: listOf(text(253), 10_000),
  alertname: optional(text(2_048)),
  renews: optional(text(300)),
  step: object({ action: name(64) }),
  settings: object({}),
  target: object({
    namespace: placeName,
    workload: object({ kind: name(63), namespace: placeName, name: name(253), workOf: optional(name(253)) }),
    facts: object({}),
  }),
  surroundings: object({
    workload: pods,
    namespace: pods,
    workloads: count,
    nodes: object({ total: count, notReady: count, underPressure: optional(count) }),
    vitals: object({}),
    traits: listOf(text(400), 50),
    shares: optional(listOf(number(0, 100), 50)),
    node: optional(text(253)),
    zone: optional(text(253)),
    owner: optional(text(253)),
  }),
});

/** Why the argument of `decide` is no list of requests; undefined for a good one. */
export function faultOfRequests(value: unknown): string | undefined {
  const fault = listOf(request, requestsAtMost)(value);
  return fault === undefined ? undefined : `the requests are malformed: ${fault}`;
}

/** Characters of a failure that are kept and compared. */
const failureKept = 500;

/** The requests themselves, once faultOfRequests found nothing. */
export function requestsIn(value: unknown): PermitRequest[] {
  return (value as PermitRequest[]).map((asked) => ({ ...asked, failure: asked.failure.slice(0, failureKept) }));
}

function textIn(value: unknown, field: string, max: number): string | undefined {
  const found = isObject(value) ? value[field] : undefined;
  return typeof found === 'string' && found !== '' ? found.slice(0, max) : undefined;
}

function timeIn(value: unknown, nowMs: number): number {
  return typeof value === 'number' && value >= 0 && value <= nowMs ? value : nowMs;
}
