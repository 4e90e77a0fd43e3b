import type { AuditedRequest } from '../../sandbox/audit-log.ts';
import type { SeenRun } from './history.ts';
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

const kinds: Record<string, Act['kind']> = { 'create pods/eviction': 'eviction', 'delete pods': 'deletion' };

/** The act that a request was; undefined for every other one, refused acts and the control plane's. */
export function actOf(request: AuditedRequest): Act | undefined {
  const { user, namespace, name: pod, code, receivedAtMs, answeredAtMs: doneAtMs } = request;
  const kind = kinds[`${request.verb} ${request.resource}`];
  const isDone = code >= 200 && code < 300;
  if (kind === undefined || !isDone || user.startsWith('system:')) return undefined;
  return { user, kind, namespace, pod, receivedAtMs, doneAtMs };
}

/**
 * What became of a sample. `once` is right; `held`: the run answered without an act, and says why; `lost`: no act and no
 * reason for that; `astray`: one act, but on another pod of the workload.
 */
export const fates = ['once', 'held', 'lost', 'doubled', 'astray'] as const;
export type Fate = (typeof fates)[number];

/** A sample with the acts on its workload. */
export interface Judged extends Sent {
  fate: Fate;
  acts: Act[];
  /** First byte of the webhook → act done, in milliseconds; absent unless there was an act. */
  latencyMs?: number;
  /** The run, where there was no act. */
  run?: SeenRun;
}

/** Joins acts to samples by the workload that the pod's name begins with: every pod of a sample's workload is its own. */
export function judge(
  samples: readonly Sent[],
  acts: readonly Act[],
  runs: ReadonlyMap<string, SeenRun> = new Map(),
): Judged[] {
  const byWorkload = Map.groupBy(acts, ({ pod }) => pod.replace(/-[a-z0-9]+-[a-z0-9]+$/, ''));
  return samples.map((sample) => {
    const own = (byWorkload.get(sample.workload) ?? []).toSorted((a, b) => a.doneAtMs - b.doneAtMs);
    const [first] = own;
    const run = runs.get(sample.workload);
    return {
      ...sample,
      fate: fateOf(sample, own, run),
      acts: own,
      ...(run && first === undefined && { run }),
      ...(first && { latencyMs: first.doneAtMs - sample.sentAtMs }),
    };
  });
}

function fateOf({ pod }: Sent, acts: readonly Act[], run: SeenRun | undefined): Fate {
  if (acts.length > 1) return 'doubled';
  if (acts[0] === undefined) return run !== undefined && wasHeld(run) ? 'held' : 'lost';
  return acts[0].pod === pod ? 'once' : 'astray';
}

/** The guard answered hold or deny: an answer, and no lost alert. */
const wasHeld = ({ status: { verdicts } }: SeenRun) => verdicts.some(({ verdict }) => verdict !== 'grant');
