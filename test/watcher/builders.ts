import type { RawPod } from '../../activities/kubernetes/raw.ts';
import { watchedFaults } from '../../domain/faults/index.ts';
import { createLedger, type LedgerRules } from '../../watcher/ledger.ts';
import { type Kind, type Sighting, sightingOf } from '../../watcher/sightings.ts';
import type { WatchedAlert } from '../../watcher/watched-alert.ts';

export const startMs = Date.parse('2026-03-01T10:00:00Z');
const text = (ms: number) => new Date(ms).toISOString();

/** How a pod of the builders is. */
export type Shape = 'well' | 'oom' | 'not-ready' | 'crash-loop' | 'leaving' | 'done';

const metadata = { name: 'checkout-1', namespace: 'shop', uid: 'uid-1', labels: { 'pod-template-hash': '7d9f' } };
const owner = {
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  name: 'checkout-7d9f',
  uid: 'uid-checkout-7d9f',
  controller: true,
};

/** A pod as the API server sends it; `atMs` is the moment of what it shows. */
export function aRawPod(shape: Shape, { uid = 'uid-1', name = 'checkout-1', atMs = startMs } = {}): RawPod {
  const isReady = shape === 'well' || shape === 'oom';
  const end = {
    exitCode: shape === 'oom' ? 137 : 1,
    reason: shape === 'oom' ? 'OOMKilled' : 'Error',
    startedAt: text(atMs - 60_000),
    finishedAt: text(atMs),
  };
  const isWaiting = shape === 'crash-loop';
  return {
    metadata: {
      ...{ ...metadata, uid, name, ownerReferences: [owner] },
      ...(shape === 'leaving' && { deletionTimestamp: text(atMs) }),
    },
    status: {
      phase: shape === 'done' ? 'Succeeded' : 'Running',
      conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }],
      containerStatuses: [
        {
          ...{ name: 'app', ready: isReady, restartCount: shape === 'oom' || isWaiting ? 3 : 0 },
          state: isWaiting
            ? { waiting: { reason: 'CrashLoopBackOff' } }
            : { running: { startedAt: text(atMs - 3_600_000) } },
          ...(shape === 'oom' || isWaiting || shape === 'done' ? { lastState: { terminated: end } } : {}),
        },
      ],
    },
  };
}

/** The sighting of a raw object that has a name. */
export function seen(kind: Kind, raw: unknown): Sighting {
  const sighting = sightingOf(kind, raw);
  if (sighting === undefined) throw new Error('the object has no name');
  return sighting;
}

/** A ledger and all that it put, as `firing MendflowPodOOMKilled`. */
export function aLedger(rules: Partial<LedgerRules> = {}) {
  const put: WatchedAlert[] = [];
  const all = { faults: watchedFaults, cluster: 'test', repeatEveryMs: 3_600_000, ...rules };
  const ledger = createLedger(all, (alert) => put.push(alert));
  const told = () => put.map(({ status, labels }) => `${status} ${labels.alertname}`);
  return { ledger, put, told };
}
