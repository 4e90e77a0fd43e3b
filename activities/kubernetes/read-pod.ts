import type { Container, OwnerRef, Pod, Terminated } from '../../domain/target/pod.ts';
import type { ObjectRef } from '../../domain/target/target.ts';
import type {
  RawCondition,
  RawContainer,
  RawContainerStatus,
  RawMeta,
  RawPod,
  RawPodSpec,
  RawState,
  RawTerminated,
} from './raw.ts';

/** Identity of an object of a known kind. */
export function refOf(kind: string, metadata: RawMeta = {}): ObjectRef {
  return { kind, namespace: metadata.namespace ?? '', name: metadata.name ?? '', uid: metadata.uid ?? '' };
}

/** The owner reference with `controller: true`; there is at most one. */
export function controllerOf(metadata: RawMeta = {}): OwnerRef | undefined {
  const owner = metadata.ownerReferences?.find((reference) => reference.controller === true);
  return owner && { apiVersion: owner.apiVersion, kind: owner.kind, name: owner.name, uid: owner.uid };
}

/** What the API server writes where a pod says nothing. */
const defaultGraceSeconds = 30;

/** The pod as decisions see it. */
export function readPod({ metadata = {}, spec = {}, status = {} }: RawPod): Pod {
  const owner = controllerOf(metadata);
  const conditions = readConditions(status.conditions);
  const unready = status.conditions?.find(({ type, status }) => type === 'Ready' && status !== 'True');
  const unreadySinceMs = timeOf(unready?.lastTransitionTime);
  return {
    ref: refOf('Pod', metadata),
    labels: metadata.labels ?? {},
    ...(owner === undefined ? {} : { owner }),
    isMirror: metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined,
    isTerminating: metadata.deletionTimestamp !== undefined,
    phase: status.phase ?? 'Unknown',
    isReady: conditions.some(({ type, status }) => type === 'Ready' && status === 'True'),
    ...(unreadySinceMs > 0 && { unreadySinceMs }),
    conditions,
    createdAtMs: timeOf(metadata.creationTimestamp),
    ...(spec.nodeName === undefined ? {} : { nodeName: spec.nodeName }),
    images: imagesOf(spec),
    configs: configsOf(spec),
    graceSeconds: spec.terminationGracePeriodSeconds ?? defaultGraceSeconds,
    claims: (spec.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) => claim?.claimName ?? []),
    ...((spec.volumes ?? []).some(({ emptyDir }) => emptyDir !== undefined) && { hasLocalData: true as const }),
    containers: [
      ...(status.initContainerStatuses ?? []).map((container) => readContainer(container, true)),
      ...(status.containerStatuses ?? []).map((container) => ({
        ...readContainer(container, false),
        ...memoryOf(
          spec.containers?.find(({ name }) => name === container.name),
          container,
        ),
      })),
    ],
  };
}

function memoryOf({ resources, resizePolicy = [] }: RawContainer = {}, status: RawContainerStatus) {
  const applied = status.resources?.limits?.memory;
  const restarts = resizePolicy.some(
    ({ resourceName, restartPolicy }) => resourceName === 'memory' && restartPolicy === 'RestartContainer',
  );
  return {
    ...readMemory(resources),
    ...(applied !== undefined && { appliedMemoryLimit: applied }),
    ...(restarts && { restartsOnResize: true as const }),
  };
}

/** What a container may use and asks for, where it says so. */
export function readMemory({ limits, requests }: NonNullable<RawContainer['resources']> = {}) {
  const { memory: memoryLimit } = limits ?? {};
  const { memory: memoryRequest } = requests ?? {};
  return { ...(memoryLimit !== undefined && { memoryLimit }), ...(memoryRequest !== undefined && { memoryRequest }) };
}

/** Conditions with every text there. */
export function readConditions(raw: readonly RawCondition[] = []) {
  return raw.map(({ type, status, reason = '', message = '' }) => ({ type, status, reason, message }));
}

const containersOf = ({ initContainers = [], containers = [] }: RawPodSpec) => [...initContainers, ...containers];

const imagesOf = (spec: RawPodSpec) => [...new Set(containersOf(spec).flatMap(({ image }) => image ?? []))];

/** Names only; what every pod has by itself (its account's token and root certificate) tells nothing. */
function configsOf(spec: RawPodSpec): string[] {
  const sources = (spec.volumes ?? []).flatMap((volume) => [volume, ...(volume.projected?.sources ?? [])]);
  const env = containersOf(spec).flatMap(({ env = [] }) => env.map(({ valueFrom = {} }) => valueFrom));
  const envFrom = containersOf(spec).flatMap(({ envFrom = [] }) => envFrom);
  const maps = [
    ...sources.map(({ configMap }) => configMap?.name),
    ...envFrom.map(({ configMapRef }) => configMapRef?.name),
    ...env.map(({ configMapKeyRef }) => configMapKeyRef?.name),
  ].filter((name) => name !== undefined && name !== 'kube-root-ca.crt');
  const secrets = [
    ...sources.map(({ secret }) => secret?.secretName ?? secret?.name),
    ...envFrom.map(({ secretRef }) => secretRef?.name),
    ...env.map(({ secretKeyRef }) => secretKeyRef?.name),
  ].filter((name) => name !== undefined);
  return [...new Set([...maps.map((name) => `configmap/${name}`), ...secrets.map((name) => `secret/${name}`)])];
}

function readContainer(raw: RawContainerStatus, isInit: boolean): Container {
  const state = readState(raw.state);
  const last = raw.lastState?.terminated;
  return {
    name: raw.name,
    isInit,
    isReady: raw.ready ?? false,
    // Of a container without a startup probe the kubelet says that it has started as soon as it runs.
    ...(state?.kind === 'running' && raw.started === false && { isStarting: true as const }),
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

function readTerminated({ reason = '', exitCode = 0, startedAt, finishedAt }: RawTerminated): Terminated {
  const started = startedAt ? { startedAtMs: timeOf(startedAt) } : {};
  return { kind: 'terminated', reason, exitCode, ...started, finishedAtMs: timeOf(finishedAt) };
}

/** Unix ms; 0 for a time that is missing, which is never recent. */
export function timeOf(text: string | null | undefined): number {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? 0 : time;
}
