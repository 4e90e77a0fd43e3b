import { nodeKey } from '../target/target.ts';
import { isObject, object, text } from '../text/shapes.ts';
import { type ConversationReport, faultOfConversation, isConversationReport, ownerAfter } from './conversations.ts';
import type { IncidentRef } from './permit.ts';
import type { GuardEffect, GuardState, Incident } from './state.ts';

/** Troubles that a run meets before it can ask for a permit. */
export const reportedIncidents = ['clusterUnavailable'] as const;

/** A run's report of a trouble that is larger than itself, or that a person is asked about. */
export type IncidentReport = TroubleReport | ConversationReport;

interface TroubleReport {
  key: (typeof reportedIncidents)[number];
  /** Of the run. */
  workflowId: string;
}

/** A read of the cluster is given up after this: what was heard longer ago, and was followed by a read, is over. */
const overAfterMs = 300_000;

/** Why the argument of `incident` is no report; undefined for a good one. */
export function faultOfIncident(value: unknown): string | undefined {
  const fault = isConversationReport(value) ? faultOfConversation(value) : faultOfTrouble(value);
  return fault && `the report is malformed: ${fault}`;
}

const trouble = object({ key: text(50), workflowId: text(255) });

/** What is wrong with the report of a trouble; undefined for a good one. */
function faultOfTrouble(value: unknown): string | undefined {
  const isKnown = reportedIncidents.some((key) => isObject(value) && value.key === key);
  return trouble(value) ?? (isKnown ? undefined : 'key is unknown');
}

/** The report itself, once faultOfIncident found nothing. */
export const requestedIncident = (value: unknown): IncidentReport => value as IncidentReport;

/** The incident that the report belongs to; the first run that reports it speaks for all. The run is looked at again. */
export function joinIncident(
  { incidents, conversations }: Pick<GuardState, 'incidents' | 'conversations'>,
  report: IncidentReport,
  nowMs: number,
): { ref: IncidentRef; effects: GuardEffect[] } {
  const { key, workflowId } = report;
  if (key === 'conversation') {
    const effect: GuardEffect = { type: 'conversation', report, atMs: nowMs };
    return { ref: { key, speaker: ownerAfter(conversations, report) }, effects: [effect] };
  }
  const known = incidents.find((incident) => incident.key === key);
  const incident: Incident = { ...(known ?? { key, speaker: workflowId, sinceMs: nowMs }), lastMs: nowMs };
  const effects: GuardEffect[] = [
    { type: 'pruned', nowMs },
    { type: 'incident', incident },
    { type: 'refused', atMs: nowMs },
  ];
  return { ref: { key, speaker: incident.speaker }, effects };
}

/** A run that asks for a permit has read the cluster: an outage that nobody reports any more is over. */
export function endedOutage({ incidents }: Pick<GuardState, 'incidents'>, nowMs: number): GuardEffect[] {
  return incidents
    .filter(({ key, lastMs }) => key === 'clusterUnavailable' && lastMs <= nowMs - overAfterMs)
    .map(({ key }) => ({ type: 'incidentOver', key }));
}

const silentNodePrefix = 'silentNode/';
/** A run about the node itself gets so long to begin. */
const nodeRunBeginsWithinMs = 120_000;

/** The key of the incident of a node that does not answer. */
export const silentNodeIncident = (node: string): string => `${silentNodePrefix}${node}`;

/** The node that the incident is about; undefined for other incidents. */
export const silentNodeIn = (key: string): string | undefined =>
  key.startsWith(silentNodePrefix) ? key.slice(silentNodePrefix.length) : undefined;

/**
 * Who speaks about a node that does not answer: the run that works on the node itself. Where none has begun within two
 * minutes, the next run that asks for one of its pods. Until then the guard stands there and says nothing.
 */
export function ownerOfNode(
  { leases }: Pick<GuardState, 'leases'>,
  asked: { node: string; known: Incident | undefined; workflowId: string; guardId: string; nowMs: number },
): string {
  const { node, known, workflowId, guardId, nowMs } = asked;
  if (known !== undefined && known.speaker !== guardId) return known.speaker;
  const ofNode = leases.find(({ workload }) => workload === nodeKey(node));
  if (ofNode !== undefined) return ofNode.workflowId;
  return known !== undefined && nowMs - known.sinceMs >= nodeRunBeginsWithinMs ? workflowId : guardId;
}
