import { preciseTimeMs } from '../clock.ts';
import type { Sent } from './sample.ts';

/** A pod that somebody took away, as the API server's audit log has it. */
export interface Act {
  user: string;
  kind: 'eviction' | 'deletion';
  namespace: string;
  pod: string;
  /** When the API server had read the request. */
  receivedAtMs: number;
  /** When it was done and answered. */
  doneAtMs: number;
}

interface AuditEvent {
  stage: string;
  verb: string;
  user: { username: string };
  objectRef?: { resource: string; namespace?: string; name?: string; subresource?: string };
  responseStatus?: { code: number };
  requestReceivedTimestamp: string;
  stageTimestamp: string;
}

/** The act that a line of the audit log tells of; undefined for every other line, refused acts and the control plane's. */
export function actOf(line: string): Act | undefined {
  const event = JSON.parse(line) as AuditEvent;
  const { objectRef, verb, user, responseStatus } = event;
  if (event.stage !== 'ResponseComplete' || objectRef?.resource !== 'pods') return undefined;
  if ((responseStatus?.code ?? 500) >= 300 || user.username.startsWith('system:')) return undefined;
  const isEviction = verb === 'create' && objectRef.subresource === 'eviction';
  const isDeletion = verb === 'delete' && objectRef.subresource === undefined;
  if (!isEviction && !isDeletion) return undefined;
  return {
    user: user.username,
    kind: isEviction ? 'eviction' : 'deletion',
    namespace: objectRef.namespace ?? '',
    pod: objectRef.name ?? '',
    receivedAtMs: preciseTimeMs(event.requestReceivedTimestamp),
    doneAtMs: preciseTimeMs(event.stageTimestamp),
  };
}

/** What became of a sample: `once` is right, `astray` means that one act hit another pod of the workload. */
export type Fate = 'once' | 'lost' | 'doubled' | 'astray';

/** A sample with the acts on its workload. */
export interface Judged extends Sent {
  fate: Fate;
  acts: Act[];
  /** First byte of the webhook → act done, in milliseconds; absent unless there was an act. */
  latencyMs?: number;
}

/** Joins acts to samples by the workload that the pod's name begins with: every pod of a sample's workload is its own. */
export function judge(samples: readonly Sent[], acts: readonly Act[]): Judged[] {
  const byWorkload = Map.groupBy(acts, ({ pod }) => pod.replace(/-[a-z0-9]+-[a-z0-9]+$/, ''));
  return samples.map((sample) => {
    const own = (byWorkload.get(sample.workload) ?? []).toSorted((a, b) => a.doneAtMs - b.doneAtMs);
    const [first] = own;
    return {
      ...sample,
      fate: fateOf(sample, own),
      acts: own,
      ...(first && { latencyMs: first.doneAtMs - sample.sentAtMs }),
    };
  });
}

function fateOf({ pod }: Sent, acts: readonly Act[]): Fate {
  if (acts.length > 1) return 'doubled';
  if (acts[0] === undefined) return 'lost';
  return acts[0].pod === pod ? 'once' : 'astray';
}
