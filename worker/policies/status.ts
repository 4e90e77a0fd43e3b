import type { PolicyCondition, PolicyStatus } from '../../activities/kubernetes/policy-resources.ts';
import type { Standing } from './standing.ts';

/** What was counted of a policy since the status was last written. */
export interface Counted {
  matched: number;
  acted: number;
  lastMatchedAtMs: number | undefined;
}

export const nothingCounted: Counted = { matched: 0, acted: 0, lastMatchedAtMs: undefined };

/** A condition's message is cut here; the log has all of it. */
const longestMessage = 4_096;

/** RFC 3339 UTC in whole seconds, as Kubernetes writes times. */
const timeOf = (atMs: number) => `${new Date(atMs).toISOString().slice(0, 19)}Z`;

/** The status that the standing calls for. `pausedWhy`: why nothing acts at the moment; undefined when it may. */
export function statusOf(
  standing: Standing,
  given: { pausedWhy: string | undefined; counted: Counted; nowMs: number },
): PolicyStatus {
  const { resource, inForce } = standing;
  const { status } = resource;
  const { counted, nowMs } = given;
  const matched = (status.matched ?? 0) + counted.matched;
  const acted = (status.acted ?? 0) + counted.acted;
  const lastMatchedAt = latest(status.lastMatchedAt, counted.lastMatchedAtMs);
  return {
    observedGeneration: resource.generation,
    conditions: conditionsOf(standing, given.pausedWhy).map((condition) => ({
      ...condition,
      observedGeneration: resource.generation,
      lastTransitionTime: since(status, condition) ?? timeOf(nowMs),
    })),
    ...(inForce === undefined ? {} : { inForce: { generation: inForce.generation, spec: inForce.spec } }),
    ...(matched > 0 ? { matched } : {}),
    ...(acted > 0 ? { acted } : {}),
    ...(lastMatchedAt === undefined ? {} : { lastMatchedAt }),
  };
}

type Finding = Pick<PolicyCondition, 'type' | 'status' | 'reason' | 'message'>;

function conditionsOf({ resource, faults, inForce }: Standing, pausedWhy: string | undefined): Finding[] {
  const accepted: Finding =
    faults.length === 0
      ? { type: 'Accepted', status: 'True', reason: 'Valid', message: 'no fault' }
      : { type: 'Accepted', status: 'False', reason: 'Invalid', message: cut(faults.join('\n')) };
  const paused: Finding =
    pausedWhy === undefined
      ? { type: 'Paused', status: 'False', reason: 'NotPaused', message: '' }
      : { type: 'Paused', status: 'True', reason: 'Paused', message: cut(pausedWhy) };
  return [accepted, ready(resource.generation, inForce?.generation), paused];
}

function ready(generation: number, inForce: number | undefined): Finding {
  if (inForce === generation) {
    return { type: 'Ready', status: 'True', reason: 'InForce', message: `generation ${generation} is in force` };
  }
  return inForce === undefined
    ? { type: 'Ready', status: 'False', reason: 'NotInForce', message: 'no generation of it was ever without a fault' }
    : {
        ...{ type: 'Ready', status: 'False', reason: 'EarlierInForce' },
        message: `generation ${inForce} stays in force until the faults are corrected`,
      };
}

/** Since when the condition has been so; undefined when it has just become so. */
function since({ conditions = [] }: PolicyStatus, { type, status }: Finding): string | undefined {
  return conditions.find((before) => before.type === type && before.status === status)?.lastTransitionTime;
}

function latest(written: string | undefined, atMs: number | undefined): string | undefined {
  if (atMs === undefined) return written;
  return written === undefined || Date.parse(written) < atMs ? timeOf(atMs) : written;
}

const cut = (text: string) => (text.length <= longestMessage ? text : `${text.slice(0, longestMessage - 1)}…`);

/** What of a status is said, not counted: two that are equal in this differ at most in their counters. */
export function saidBy({ observedGeneration, conditions = [], inForce }: PolicyStatus): string {
  const findings = conditions.map(({ type, status, reason, message, observedGeneration: of }) => {
    return [type, status, reason, message, of];
  });
  return JSON.stringify([observedGeneration, findings.sort(), inForce?.generation]);
}
