import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Alert } from '../domain/alert/alert.ts';
import type { IncidentReport } from '../domain/guard/incidents.ts';
import type { ResetOrder, ResumeOrder } from '../domain/guard/order.ts';
import type { IncidentRef, PermitRelease, PermitRequest, Verdict } from '../domain/guard/permit.ts';
import type { Recollection } from '../domain/guard/recall.ts';
import type { GuardState, Pause, Sighting } from '../domain/guard/state.ts';
import {
  type AlertNews,
  guardDecide,
  guardIncident,
  guardSignals,
  type HumanMessage,
  type HumanMessageName,
  queries,
  type Refused,
  signals,
  sweepSignals,
  type Truncated,
  type UnknownCluster,
} from '../domain/run/contract.ts';
import type { JoinedWords } from '../domain/run/messages.ts';
import type { RunStatus } from '../domain/run/status.ts';

// To a run.
export const alertSignal = defineSignal<[AlertNews]>(signals.alert);
export const resolvedSignal = defineSignal<[AlertNews]>(signals.resolved);
export const joinedSignal = defineSignal<[{ alert: Alert; workflowId: string; asks?: JoinedWords }]>(signals.joined);
export const lookAgainSignal = defineSignal<[]>(signals.lookAgain);
export const statusQuery = defineQuery<RunStatus>(queries.status);

/** The same human message as a signal (fire and forget) and as an update (the sender learns at once if it was too late). */
export const humanSignal = (name: HumanMessageName) => defineSignal<[HumanMessage]>(name);
export const humanUpdate = (name: HumanMessageName) => defineUpdate<string, [HumanMessage]>(name);

// To the guard.
export const decideUpdate = defineUpdate<{ requestId: string; verdict: Verdict }[], [PermitRequest[]]>(guardDecide);
export const incidentUpdate = defineUpdate<IncidentRef, [IncidentReport]>(guardIncident);
export const releasePermitSignal = defineSignal<[PermitRelease]>(guardSignals.releasePermit);
export const sightingsSignal = defineSignal<[Sighting[]]>(guardSignals.sightings);
export const alertingSignal = defineSignal<[Sighting[]]>(guardSignals.alerting);
export const refusedSignal = defineSignal<[Refused]>(guardSignals.refused);
export const truncatedSignal = defineSignal<[Truncated]>(guardSignals.truncated);
export const unknownClusterSignal = defineSignal<[UnknownCluster]>(guardSignals.unknownCluster);
export const pauseSignal = defineSignal<[Pause]>(guardSignals.pause);
export const resumeSignal = defineSignal<[ResumeOrder]>(guardSignals.resume);
export const resetWorkloadSignal = defineSignal<[ResetOrder]>(guardSignals.resetWorkload);
export const guardStateQuery = defineQuery<GuardState>(queries.guardState);
export const guardRecallQuery = defineQuery<Recollection>(queries.guardRecall);

// To a sweep.
export const sweepRefusedSignal = defineSignal<[Refused]>(sweepSignals.refused);
