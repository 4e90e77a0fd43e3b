import { MendflowError } from '../domain/run/errors.ts';
import type { Evidence } from '../domain/run/evidence.ts';
import { type Container, type Pod, worstFirst } from '../domain/target/pod.ts';
import { podInWords } from '../domain/target/pod-words.ts';
import type { ObjectRef, Target } from '../domain/target/target.ts';
import type { Workload } from '../domain/target/workload.ts';
import { plainLine, safeLine, safeText } from '../domain/text/plain-text.ts';
import type { ClusterDeps } from './cluster-deps.ts';
import type { Cluster, EventLine } from './kubernetes/port.ts';

const eventsKept = 20;
const logsKept = 4;
const longestNote = 300;

/** What was looked at a moment ago. */
interface Looked {
  target: Target;
  pod: Pod | undefined;
  workload?: Workload;
  /** What Prometheus measured, in words: it is gone when the fault is. */
  measured?: readonly string[];
}

/**
 * What can be seen of the target, whose pod was read a moment ago; a part that cannot be read is named in `missing`. Every
 * text is bounded when it is read, then redacted; single lines are then cut to what is kept.
 */
export async function captureEvidence(
  deps: ClusterDeps,
  { target, pod, workload, measured = [] }: Looked,
): Promise<Evidence> {
  const missing: string[] = [];
  const orMissing: OrMissing = async (what, reading, ifNone) => {
    try {
      const found = await reading;
      if (found === undefined && ifNone !== undefined) missing.push(`${what}: ${ifNone}`);
      return found;
    } catch (error) {
      missing.push(`${what}: ${error instanceof MendflowError ? error.code : String(error)}`);
      return undefined;
    }
  };
  const [{ status, logs }, events] = await Promise.all([
    podParts(deps, pod, orMissing),
    eventParts(deps, [pod?.ref ?? target.pod, target.workload], orMissing),
  ]);
  const conditions = workload === undefined ? [] : conditionsInWords(workload);
  const capturedAt = new Date(deps.now()).toISOString();
  const lines = [...measured, ...conditions, ...status].map((line) => safeLine(line, longestNote + 200));
  return { capturedAt, status: lines, events, logs, missing: missing.map((line) => safeLine(line, longestNote)) };
}

/** Where the fault is a workload's own, its worst pod tells why: a Job's last try, a pod that a rollout waits for. */
export function tellingOf(
  { workload, pods = [] }: { workload?: Workload; pods?: readonly Pod[] },
  pod: Pod | undefined,
): { pod: Pod | undefined; workload?: Workload } {
  if (pod !== undefined || workload === undefined) return { pod };
  const living = pods.filter(({ isTerminating }) => !isTerminating);
  return { pod: living.sort((a, b) => Number(a.isReady) - Number(b.isReady) || worstFirst(a, b))[0], workload };
}

function conditionsInWords({ ref, conditions }: Workload): string[] {
  return conditions.map(({ type, status, reason, message }) => {
    const more = [reason, safeLine(message, longestNote)].filter((text) => text !== '').join(': ');
    return `${ref.kind} ${ref.name}: ${type} is ${status}${more === '' ? '' : ` (${more})`}`;
  });
}

/** What was read, or undefined: then it is named as missing. `ifNone` says why where there is nothing to read. */
type OrMissing = <T>(what: string, reading: Promise<T>, ifNone?: string) => Promise<T | undefined>;

async function podParts({ cluster, limits }: ClusterDeps, pod: Pod | undefined, orMissing: OrMissing) {
  if (pod === undefined) return { status: [], logs: {} };
  const containers = tellingContainers(pod);
  const maxBytes = Math.floor(limits.evidenceBytes / Math.max(1, containers.length));
  const read = containers.map(async (container) => {
    const what = `log of container ${container.name}`;
    const log = await orMissing(what, lastWords(cluster, pod, container, maxBytes), 'the node has none');
    return [container.name, log] as const;
  });
  const logs: Record<string, string> = {};
  for (const [container, log] of await Promise.all(read))
    if (log !== undefined) logs[container] = safeText(withoutHalfLine(log, maxBytes));
  return { status: podInWords(pod), logs };
}

/**
 * The end of a log that was cut to size begins in the middle of a line: what is left of that line goes, because a secret
 * whose key was cut off is not recognised. Where nothing is left, a note takes its place.
 */
function withoutHalfLine(log: string, maxBytes: number): string {
  if (Buffer.byteLength(log) < maxBytes - 3) return log;
  const lineEnd = log.indexOf('\n');
  const begin = lineEnd === -1 ? log.indexOf(' ') : lineEnd;
  const left = begin === -1 ? '' : log.slice(begin + 1);
  return left === '' ? `[the last line is longer than ${maxBytes} bytes and is left out]` : left;
}

/**
 * What the container said before it ended: a container that runs again has that in the log of its run before. The node
 * drops old runs, so the log of whichever run it still has is taken. Undefined where it has none.
 */
async function lastWords(
  cluster: Cluster,
  { ref }: Pod,
  { state, restarts, name: container }: Container,
  maxBytes: number,
): Promise<string | undefined> {
  const order = state?.kind === 'running' ? [true, false] : [false, true];
  let log: string | undefined;
  for (const previous of restarts === 0 ? [false] : order) {
    log = (await cluster.podLog(ref, { container, previous, maxBytes })) ?? log;
    if (log !== undefined && log !== '') return log;
  }
  return log;
}

/** Containers that are not well come first: their words are worth most. */
function tellingContainers({ containers }: Pod): Container[] {
  const wellness = ({ isReady, restarts }: Container) => (isReady ? 1 : 0) - Math.min(restarts, 100) / 100;
  const started = containers.filter(({ isInit, isReady }) => !isInit || !isReady);
  return started.sort((a, b) => wellness(a) - wellness(b)).slice(0, logsKept);
}

async function eventParts({ cluster }: ClusterDeps, about: (ObjectRef | undefined)[], orMissing: OrMissing) {
  const objects = about.filter((ref) => ref !== undefined);
  const lists = objects.map((ref) => orMissing(`events of ${ref.kind} ${ref.name}`, cluster.listEvents(ref)));
  const lines = (await Promise.all(lists)).flatMap((events) => events ?? []);
  return lines
    .sort((a, b) => b.atMs - a.atMs)
    .slice(0, eventsKept)
    .map(eventInWords);
}

function eventInWords({ atMs, reason, note, count }: EventLine): string {
  const times = count > 1 ? ` (${count} times)` : '';
  return `${new Date(atMs).toISOString()} ${plainLine(reason)}: ${safeLine(note, longestNote)}${times}`;
}
