import { terminations } from '../faults/pod-fault.ts';
import type { Container, Pod } from './pod.ts';
import { formatQuantity, parseQuantity } from './quantity.ts';
import type { TemplateContainer } from './workload.ts';

/** What a container may use and asks for, as quantities. */
export interface MemoryBounds {
  limit: string;
  /** Absent: it is left as it is. */
  request?: string;
}

/** A container that can be given more memory. */
export interface Raisable extends Given {
  name: string;
  /** It is in the pod and not in the workload's template: something put it there when the pod was made. */
  isInjected: boolean;
}

interface Given {
  memoryLimit?: string;
  memoryRequest?: string;
}

/** Why nothing is raised: the end of a sentence about the workload or its container. */
interface Refused {
  kind: 'refused';
  why: string;
}

const refused = (why: string): Refused => ({ kind: 'refused', why });
const raise = (container: Raisable) => ({ kind: 'raisable' as const, container });

/**
 * The bounds of a container after its limit is raised by so many percent, at most to the cap; in whole mebibytes. A
 * request that equals the limit is raised with it, so that the pod keeps its quality of service. Says why not, where
 * the container has no limit or is at the cap.
 */
export function raisedMemory(
  { memoryLimit, memoryRequest }: Given,
  { byPercent, atMost }: { byPercent: number; atMost: string },
): { kind: 'raised'; to: MemoryBounds } | Refused {
  if (memoryLimit === undefined) return refused('has no memory limit');
  const [was, cap] = [parseQuantity(memoryLimit), parseQuantity(atMost)];
  if (was === undefined || cap === undefined) return refused(`has the memory limit ${memoryLimit}`);
  const limit = formatQuantity((was * (100 + byPercent)) / 100);
  const capped = (parseQuantity(limit) ?? cap) < cap ? limit : atMost;
  if ((parseQuantity(capped) ?? 0) <= was) {
    return refused(`has the memory limit ${memoryLimit}, and the policy allows ${atMost} at most`);
  }
  const isGuaranteed = memoryRequest !== undefined && parseQuantity(memoryRequest) === was;
  return { kind: 'raised', to: { limit: capped, ...(isGuaranteed && { request: capped }) } };
}

/** A memory kill longer ago says nothing about which container needs more now. */
const killedRecentlyMs = 30 * 60_000;

/** What says which container is meant. */
interface Meant {
  /** Containers of the workload's template. */
  template: readonly TemplateContainer[];
  /** The pod that shows the fault. */
  pod?: Pod | undefined;
  /** The one that the policy names. */
  named?: string | undefined;
  /** The one that the alert names; believed only where the pod has it. */
  labelled?: string | undefined;
  nowMs: number;
}

/**
 * The container that needs more memory: the one that the kernel killed for it, else the one that policy or alert names,
 * else the only one that has a limit. Containers that were injected into the pod count. Says why not, where the policy
 * names another one than was killed, or nothing tells which one is meant.
 */
export function containerToRaise({
  template,
  pod,
  named,
  labelled,
  nowMs,
}: Meant): { kind: 'raisable'; container: Raisable } | Refused {
  const all = raisable(template, pod);
  const killed = pod && lastKilled(pod, nowMs);
  if (killed !== undefined) {
    if (named !== undefined && named !== killed.name) {
      return refused(`container ${killed.name} was OOMKilled, and the step raises ${named}`);
    }
    const found = all.find(({ name }) => name === killed.name);
    if (killed.isInit || found === undefined) {
      return refused(`init container ${killed.name} was OOMKilled, whose limit is not raised`);
    }
    return raise(found);
  }
  if (named !== undefined) {
    const found = all.find(({ name }) => name === named);
    return found === undefined ? refused(`it has no container ${named}`) : raise(found);
  }
  const limited = all.filter(({ memoryLimit }) => memoryLimit !== undefined);
  const meant = limited.find(({ name }) => name === labelled) ?? (limited.length === 1 ? limited[0] : undefined);
  if (meant !== undefined) return raise(meant);
  if (limited.length === 0) return refused('no container has a memory limit');
  return refused('several containers have a memory limit, and the step names none of them');
}

function raisable(template: readonly TemplateContainer[], pod: Pod | undefined): Raisable[] {
  const injected = (pod?.containers ?? []).filter(
    ({ name, isInit }) => !isInit && template.every((container) => container.name !== name),
  );
  return [
    ...template.map((container) => ({ ...memoryOf(container), isInjected: false })),
    ...injected.map((container) => ({ ...memoryOf(container), isInjected: true })),
  ];
}

const memoryOf = ({ name, memoryLimit, memoryRequest }: Given & { name: string }) => ({
  name,
  ...(memoryLimit !== undefined && { memoryLimit }),
  ...(memoryRequest !== undefined && { memoryRequest }),
});

/** The container that was OOMKilled last, a short time ago. */
function lastKilled({ containers }: Pod, nowMs: number): Container | undefined {
  const killedAtMs = (container: Container) =>
    Math.max(
      ...terminations(container).map(({ reason, finishedAtMs }) => (reason === 'OOMKilled' ? finishedAtMs : 0)),
      0,
    );
  const [latest] = [...containers].sort((a, b) => killedAtMs(b) - killedAtMs(a));
  return latest !== undefined && killedAtMs(latest) >= nowMs - killedRecentlyMs ? latest : undefined;
}

/** The container of that name that is no init container. */
export const mainContainer = ({ containers }: Pod, wanted: string): Container | undefined =>
  containers.find(({ name, isInit }) => name === wanted && !isInit);

/** How far the node is with giving a running container its new limit. */
export type Resized = { kind: 'done' } | { kind: 'waiting'; why: string } | { kind: 'refused'; why: string };

/**
 * Whether the container really has the limit: the node says so of the container itself, and it has run without a break
 * since before the resize. A kubelet calls a resize completed for a container that does not run, and its cgroup keeps the
 * old limit. `runsSinceMs` is when the run began that the container was in right before the resize.
 */
export function resizedTo(
  now: Pod,
  { container: name, limit, runsSinceMs }: { container: string; limit: string; runsSinceMs: number | undefined },
): Resized {
  if (runsSinceMs === undefined || runningSince(now, name) !== runsSinceMs) {
    return { kind: 'refused', why: `container ${name} did not run on while its limit was raised` };
  }
  const shown = (type: string) => now.conditions.find((one) => one.type === type && one.status === 'True');
  const [pending, underWay] = [shown('PodResizePending'), shown('PodResizeInProgress')];
  if (pending?.reason === 'Infeasible') return { kind: 'refused', why: inWords('its node can never give it', pending) };
  if (pending !== undefined) return { kind: 'waiting', why: inWords('its node cannot give it now', pending) };
  if (underWay?.reason === 'Error') return { kind: 'refused', why: inWords('its node failed to give it', underWay) };
  const applied = mainContainer(now, name)?.appliedMemoryLimit;
  if (underWay === undefined && applied !== undefined && parseQuantity(applied) === parseQuantity(limit)) {
    return { kind: 'done' };
  }
  const why = applied === undefined ? 'its node does not say what it has' : `its node still gives it ${applied}`;
  return { kind: 'waiting', why };
}

const inWords = (what: string, { reason, message }: { reason: string; message: string }) =>
  `${what} (${[reason, message].filter((text) => text !== '').join(': ')})`.slice(0, 300);

/** Since when the container has run, Unix ms, or undefined while it does not. */
export function runningSince(pod: Pod, name: string): number | undefined {
  const state = mainContainer(pod, name)?.state;
  return state?.kind === 'running' ? state.startedAtMs : undefined;
}

/** Why the limit of the container cannot be raised in the pod as it is, or undefined where it can. */
export function notInPlace(pod: Pod, name: string): string | undefined {
  if (runningSince(pod, name) === undefined) return `container ${name} does not run, and only a running one is resized`;
  return mainContainer(pod, name)?.restartsOnResize ? `container ${name} is restarted by a resize` : undefined;
}
