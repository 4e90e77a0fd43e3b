import type { Container, OwnerRef, Pod, Terminated } from '../../domain/pod.ts';
import type { ObjectRef } from '../../domain/target.ts';
import type { RawContainerStatus, RawMeta, RawPod, RawState, RawTerminated } from './raw.ts';

/** Identity of an object of a known kind. */
export function refOf(kind: string, metadata: RawMeta = {}): ObjectRef {
  return { kind, namespace: metadata.namespace ?? '', name: metadata.name ?? '', uid: metadata.uid ?? '' };
}

/** The owner reference with `controller: true`; there is at most one. */
export function controllerOf(metadata: RawMeta = {}): OwnerRef | undefined {
  const owner = metadata.ownerReferences?.find((reference) => reference.controller === true);
  return owner && { apiVersion: owner.apiVersion, kind: owner.kind, name: owner.name, uid: owner.uid };
}

/** The pod as decisions see it. */
export function readPod({ metadata = {}, status = {} }: RawPod): Pod {
  const owner = controllerOf(metadata);
  const conditions = (status.conditions ?? []).map(({ type, status, reason = '', message = '' }) => ({
    type,
    status,
    reason,
    message,
  }));
  return {
    ref: refOf('Pod', metadata),
    labels: metadata.labels ?? {},
    ...(owner === undefined ? {} : { owner }),
    isMirror: metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined,
    isTerminating: metadata.deletionTimestamp !== undefined,
    phase: status.phase ?? 'Unknown',
    isReady: conditions.some(({ type, status }) => type === 'Ready' && status === 'True'),
    conditions,
    createdAtMs: timeOf(metadata.creationTimestamp),
    containers: [
      ...(status.initContainerStatuses ?? []).map((container) => readContainer(container, true)),
      ...(status.containerStatuses ?? []).map((container) => readContainer(container, false)),
    ],
  };
}

function readContainer(raw: RawContainerStatus, isInit: boolean): Container {
  const state = readState(raw.state);
  const last = raw.lastState?.terminated;
  return {
    name: raw.name,
    isInit,
    isReady: raw.ready ?? false,
    restarts: raw.restartCount ?? 0,
    ...(state === undefined ? {} : { state }),
    ...(last === undefined ? {} : { lastTermination: readTerminated(last) }),
  };
}

function readState({ waiting, running, terminated }: RawState = {}): Container['state'] {
  if (waiting) return { kind: 'waiting', reason: waiting.reason ?? '', message: waiting.message ?? '' };
  if (running) return { kind: 'running', startedAtMs: timeOf(running.startedAt) };
  if (terminated) return readTerminated(terminated);
  return undefined;
}

function readTerminated({ reason = '', exitCode = 0, finishedAt }: RawTerminated): Terminated {
  return { kind: 'terminated', reason, exitCode, finishedAtMs: timeOf(finishedAt) };
}

/** Unix ms; 0 for a time that is missing, which is never recent. */
export function timeOf(text: string | null | undefined): number {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? 0 : time;
}
