import { log, setHandler } from '@temporalio/workflow';
import {
  pauseIn,
  releaseIn,
  resetIn,
  resumeIn,
  sightingsIn,
  truncatedIn,
  unknownClusterIn,
} from '../domain/guard/messages.ts';
import type { GuardOrderKind } from '../domain/guard/order.ts';
import type { Recollection } from '../domain/guard/recall.ts';
import type { GuardEffect, GuardState } from '../domain/guard/state.ts';
import { unknownClusterNotice } from '../domain/guard/unknown-clusters.ts';
import { verifyGuardOrder } from './activities.ts';
import * as messages from './messages.ts';

/** What the guard knows; effects are the only way to change it. */
export interface GuardMemory {
  readonly state: GuardState;
  /** False until what the run before it knew was taken over. */
  readonly isRestored: boolean;
  /** Its own workflow id, and its cluster. */
  readonly id: string;
  readonly cluster: string;
  apply(effects: readonly GuardEffect[]): void;
  /** Takes over a state; what was heard meanwhile is applied to it. */
  restoreTo(state: GuardState): void;
  /** What the next run takes over if this one is terminated. */
  recollection(): Recollection;
}

/** Lets the guard hear. A message without meaning is logged and changes nothing; only a pause always counts. */
export function receive(memory: GuardMemory): void {
  const hear = <T>(name: string, message: T | undefined, effectsOf: (message: T) => GuardEffect[]) => {
    if (message === undefined) log.warn('a malformed message is ignored', { name });
    else memory.apply(effectsOf(message));
  };
  setHandler(messages.releasePermitSignal, (value) =>
    hear('releasePermit', releaseIn(value, Date.now()), ({ requestId, outcome, actedAtMs }) => {
      const result = outcome === 'returned' ? {} : { result: outcome };
      return [{ type: 'leaseClosed', requestId, ...result, atMs: actedAtMs }];
    }),
  );
  setHandler(messages.sightingsSignal, (value) =>
    hear('sightings', sightingsIn(value, Date.now()), (sightings) => [
      { type: 'seen', sightings },
      // Only runs that were turned away are told of so; they are looked at again.
      ...sightings.slice(0, 1).map(() => ({ type: 'refused' as const, atMs: Math.min(...sightings.map(atOf)) })),
    ]),
  );
  // The intake's word: runs of these workloads may begin, none was refused.
  setHandler(messages.alertingSignal, (value) =>
    hear('alerting', sightingsIn(value, Date.now()), (sightings) => [{ type: 'seen', sightings }]),
  );
  setHandler(messages.refusedSignal, (value) =>
    hear('refused', value, () => [{ type: 'refused', atMs: truncatedIn(value, Date.now()).atMs }]),
  );
  setHandler(messages.truncatedSignal, (value) =>
    hear('truncated', truncatedIn(value, Date.now()), (truncated) => [{ type: 'truncated', ...truncated }]),
  );
  setHandler(messages.unknownClusterSignal, (value) =>
    hear('unknownCluster', unknownClusterIn(value, Date.now()), (unknown) => {
      const notice = unknownClusterNotice(memory.state.unknownClusters, unknown);
      const heard = { type: 'unknownCluster' as const, ...unknown, isTold: notice !== undefined };
      return notice === undefined ? [heard] : [heard, { type: 'noticed', notice }];
    }),
  );
  setHandler(messages.pauseSignal, (value) =>
    hear('pause', pauseIn(value, Date.now()), (pause) => [{ type: 'paused', pause }]),
  );
  setHandler(messages.resumeSignal, (order) =>
    ifSigned(memory, { kind: 'resume', order }, () =>
      hear('resume', resumeIn(order, Date.now()), (resume) => [{ type: 'resumed', resume }]),
    ),
  );
  setHandler(messages.resetWorkloadSignal, (order) =>
    ifSigned(memory, { kind: 'reset', order }, () =>
      hear('resetWorkload', resetIn(order, Date.now()), (reset) => {
        // A copy of a signed order, sent again after the next act, must not reset that one as well.
        const isObeyed = memory.state.resets.some(({ id }) => id !== undefined && id === reset.id);
        return isObeyed ? [] : [{ type: 'workloadReset', reset }];
      }),
    ),
  );
}

/** Resume and reset make the guard less careful, so whoever can only write to Temporal cannot have them. */
async function ifSigned(
  { cluster }: GuardMemory,
  { kind, order }: { kind: GuardOrderKind; order: unknown },
  obey: () => void,
): Promise<void> {
  try {
    const verdict = await verifyGuardOrder({ cluster, kind, order });
    if (verdict.isGenuine) obey();
    else log.warn(`${kind} refused`, { detail: verdict.why });
  } catch (error) {
    log.error(`${kind} could not be verified; nothing changes`, { error: String(error) });
  }
}

const atOf = ({ atMs }: { atMs: number }) => atMs;
