import type { Container, Pod, Terminated } from '../../domain/target/pod.ts';
import { formatQuantity } from '../../domain/target/quantity.ts';
import { type Fault, type Moment, type PodShape, podShapes, shownSince } from './faults.ts';
import type { PodRecord } from './records.ts';

/** The kubelet waits this long before it starts a crashed container again: 10 s, doubled each time, at most 5 min. */
const firstBackoffMs = 10_000;
const longestBackoffMs = 300_000;
/** How long a container that crashes at its start runs. */
const runsMs = 2_000;
/** How long one that hangs runs until its liveness probe has failed often enough. */
const hangsMs = 150_000;

/** The pod as a read at that moment shows it. */
export function viewPod(record: PodRecord, faults: readonly Fault[], at: Moment): Pod {
  const { base, isStill, readAtMs, goneAtMs, memoryLimit } = record;
  const seen = isStill
    ? aged(base, at.nowMs - (readAtMs ?? at.nowMs))
    : (ill(record, faults, at) ?? well(record, at.nowMs));
  const pod = memoryLimit === undefined || isStill ? seen : limitedTo(formatQuantity(memoryLimit), seen);
  return goneAtMs === undefined || pod.isTerminating ? pod : { ...pod, isTerminating: true };
}

const limitedTo = (memoryLimit: string, pod: Pod): Pod => ({
  ...pod,
  containers: pod.containers.map((container) => ({ ...container, memoryLimit, appliedMemoryLimit: memoryLimit })),
});

function ill(record: PodRecord, faults: readonly Fault[], at: Moment): Pod | undefined {
  for (const fault of faults) {
    const sinceMs = shownSince(record, fault, at);
    const shape = podShapes.find((known) => known === fault.shape);
    if (sinceMs === undefined || shape === undefined) continue;
    if (shape === 'Unschedulable') return unscheduled(record.base);
    const { containers, phase } = showing(shape, sinceMs, at.nowMs);
    return { ...record.base, isReady: false, conditions: notReady, containers, phase };
  }
  return undefined;
}

function well(record: PodRecord, nowMs: number): Pod {
  const readyAtMs = record.base.createdAtMs + record.startupMs;
  if (nowMs < readyAtMs) return starting(record.base);
  // Most pods are well most of the time, and look the same at every read.
  if (record.seenWell?.of !== record.base) record.seenWell = { of: record.base, pod: running(record.base, readyAtMs) };
  return record.seenWell.pod;
}

const ready = [{ type: 'Ready', status: 'True', reason: '', message: '' }];
const notReady = [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady', message: '' }];

function running(base: Pod, startedAtMs: number): Pod {
  const state = { kind: 'running', startedAtMs } as const;
  const containers = base.containers.map((container) => ({ ...container, isReady: true, state }));
  return { ...base, phase: 'Running', isReady: true, conditions: ready, containers };
}

function starting(base: Pod): Pod {
  const state = { kind: 'waiting', reason: 'ContainerCreating', message: '' } as const;
  const containers = base.containers.map((container) => ({ ...container, isReady: false, state }));
  return { ...base, phase: 'Pending', isReady: false, conditions: notReady, containers };
}

/** No node takes it: it has no container yet. */
function unscheduled({ nodeName: _, ...base }: Pod): Pod {
  const message = '0 nodes are available: insufficient memory.';
  const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }];
  return { ...base, phase: 'Pending', isReady: false, conditions, containers: [] };
}

/** What the fault does to the pod's containers. */
function showing(
  shape: Exclude<PodShape, 'Unschedulable'>,
  sinceMs: number,
  nowMs: number,
): Pick<Pod, 'containers' | 'phase'> {
  const container = { name: 'app', isInit: false, isReady: false };
  switch (shape) {
    case 'CrashLoopBackOff':
    case 'Error':
      return { phase: 'Running', containers: [crashing(container, { reason: 'Error', exitCode: 1 }, sinceMs, nowMs)] };
    case 'OOMKilled':
      return {
        phase: 'Running',
        containers: [crashing(container, { reason: 'OOMKilled', exitCode: 137 }, sinceMs, nowMs)],
      };
    case 'ImagePullBackOff':
    case 'CreateContainerConfigError': {
      const state = { kind: 'waiting', reason: shape, message: '' } as const;
      return { phase: 'Pending', containers: [{ ...container, restarts: 0, state }] };
    }
    case 'NotReady': {
      const state = { kind: 'running', startedAtMs: sinceMs } as const;
      return { phase: 'Running', containers: [{ ...container, restarts: 0, state }] };
    }
    case 'LivenessFailed':
      return { phase: 'Running', containers: [killed(container, sinceMs, nowMs)] };
    default:
      return shape satisfies never;
  }
}

/** A container that hangs: the kubelet kills it again and again, and between two kills it runs without being ready. */
function killed(container: Pick<Container, 'name' | 'isInit' | 'isReady'>, sinceMs: number, nowMs: number): Container {
  const kills = 1 + Math.floor((nowMs - sinceMs) / hangsMs);
  const finishedAtMs = sinceMs + (kills - 1) * hangsMs;
  const lastTermination = { kind: 'terminated', reason: 'Error', exitCode: 137, finishedAtMs } as const;
  return { ...container, restarts: kills, state: { kind: 'running', startedAtMs: finishedAtMs }, lastTermination };
}

/** A container that crashed first at `sinceMs` and again at every start since, as the kubelet tries it. */
function crashing(
  container: Pick<Container, 'name' | 'isInit' | 'isReady'>,
  end: Pick<Terminated, 'reason' | 'exitCode'>,
  sinceMs: number,
  nowMs: number,
): Container {
  let crashedAtMs = sinceMs;
  let restarts = 0;
  for (let backoffMs = firstBackoffMs; ; backoffMs = Math.min(longestBackoffMs, backoffMs * 2)) {
    const startsAtMs = crashedAtMs + backoffMs;
    const lastTermination = { kind: 'terminated', ...end, finishedAtMs: crashedAtMs } as const;
    if (nowMs < startsAtMs) {
      const state = { kind: 'waiting', reason: 'CrashLoopBackOff', message: `back-off ${backoffMs / 1_000}s` } as const;
      return { ...container, restarts, state, lastTermination };
    }
    restarts += 1;
    if (nowMs < startsAtMs + runsMs) {
      return { ...container, restarts, state: { kind: 'running', startedAtMs: startsAtMs }, lastTermination };
    }
    crashedAtMs = startsAtMs + runsMs;
  }
}

/** The same pod with every time that it shows moved on: later it looks as old as it did then. */
function aged(pod: Pod, byMs: number): Pod {
  if (byMs === 0) return pod;
  const containers = pod.containers.map(({ state, lastTermination, ...container }) => ({
    ...container,
    ...(state && { state: state.kind === 'waiting' ? state : moved(state, byMs) }),
    ...(lastTermination && { lastTermination: moved(lastTermination, byMs) }),
  }));
  const unready = pod.unreadySinceMs === undefined ? {} : { unreadySinceMs: pod.unreadySinceMs + byMs };
  return { ...pod, createdAtMs: pod.createdAtMs + byMs, ...unready, containers };
}

const moved = <Times extends { startedAtMs?: number; finishedAtMs?: number }>(times: Times, byMs: number): Times => ({
  ...times,
  ...(times.startedAtMs !== undefined && { startedAtMs: times.startedAtMs + byMs }),
  ...(times.finishedAtMs !== undefined && { finishedAtMs: times.finishedAtMs + byMs }),
});
