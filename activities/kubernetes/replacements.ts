import { MendflowError, replacedError } from '../../domain/run/errors.ts';
import type { Seat, VolumeReach } from '../../domain/target/placement/needs.ts';
import type { OwnerRef, Pod } from '../../domain/target/pod.ts';
import { type ObjectRef, type WorkloadKind, workloadKinds } from '../../domain/target/target.ts';
import { admitted } from './admission.ts';
import { core, jobs, volume, workloads } from './paths.ts';
import { type Admitted, type Cluster, type Replacement, restartAnnotation } from './port.ts';
import type { RawClaim, RawPod, RawVolume, RawWorkload } from './raw.ts';
import { readNeeds, readOccupant, requestsOf } from './read-needs.ts';
import { selectorText } from './read-workload.ts';
import { type Controller, likenessOf, podOfTemplate, withClaims } from './replacement-pod.ts';
import type { Transport } from './transport.ts';

interface Lists {
  list<T>(path: string, selector?: Record<string, string>): Promise<T[]>;
}
type Replacements = Pick<Cluster, 'admitReplacement' | 'listOccupants' | 'listVolumeReach'>;

/** What tells whether a pod that is taken can come back. Nothing here changes the cluster. */
export function replacements(transport: Transport, { list }: Lists): Replacements {
  const get = <T>(path: string) => transport.json<T>({ method: 'GET', path });
  const admit: Calls['admit'] = (pod, freed) => admitted(transport, pod, freed);
  return {
    async admitReplacement(replacement) {
      if (replacement.kind === 'pod') return ofPod({ get, list, admit }, replacement.pod);
      return ofTemplate({ get, admit, list }, replacement);
    },
    async listOccupants(node) {
      const pods = await list<RawPod>('/api/v1/pods', { fieldSelector: `spec.nodeName=${node}` });
      return pods.filter(isThere).map(readOccupant);
    },
    async listVolumeReach(namespace, claims) {
      return Promise.all(claims.map((claim) => reachOf(get, namespace, claim)));
    },
  };
}

const isThere = ({ status = {} }: RawPod) => status.phase !== 'Succeeded' && status.phase !== 'Failed';

interface Calls extends Lists {
  get<T>(path: string): Promise<T>;
  admit(pod: RawPod, freed: readonly RawPod[] | Promise<readonly RawPod[]>): Promise<RawPod>;
}

async function ofPod({ get, list, admit }: Calls, { ref, owner, nodeName }: Pod): Promise<Admitted> {
  if (owner === undefined) {
    throw new MendflowError('NOT_REPLACEABLE', `pod ${ref.namespace}/${ref.name} has no controller that replaces it`);
  }
  const fieldSelector = `metadata.name=${ref.name}`;
  const [[live], controller] = await Promise.all([
    // Listed, since in other namespaces than those of the policies, where a drain goes, we may list pods only.
    list<RawPod>(core(ref.namespace, 'pods'), { fieldSelector }),
    controllerOf(get, ref, owner),
  ]);
  const label = `Pod ${ref.namespace}/${ref.name}`;
  if (live === undefined) throw new MendflowError('TARGET_GONE', `${label} is gone`);
  if (live.metadata?.uid !== ref.uid) throw replacedError(label);
  const template =
    controller === undefined ? likenessOf(live) : withClaims(controller.spec?.template ?? {}, controller, ref.name);
  const pod = podOfTemplate(template, { namespace: ref.namespace, controller: owner, node: nodeName });
  const isOnEachSeat = owner.kind === 'DaemonSet';
  return { needs: needsOf(await admit(pod, [live]), ref), seats: seatsOf([live]), isOnEachSeat };
}

/**
 * The controller as it is; undefined where it is of a kind that is not read, or may not be read: then the pod itself shows
 * what it makes. Throws NOT_REPLACEABLE when it is gone.
 */
async function controllerOf(
  get: Calls['get'],
  { namespace }: ObjectRef,
  { apiVersion, kind, name, uid }: OwnerRef,
): Promise<RawWorkload | undefined> {
  const path = pathOf({ apiVersion, kind, namespace, name });
  if (path === undefined) return undefined;
  const gone = new MendflowError(
    'NOT_REPLACEABLE',
    `${kind} ${namespace}/${name}, which would replace the pod, is gone`,
  );
  const raw = await get<RawWorkload>(path).catch((error: unknown) => {
    const { code } = error as MendflowError;
    if (code === 'PERMISSION_DENIED') return undefined;
    throw code === 'TARGET_GONE' ? gone : error;
  });
  if (raw === undefined) return undefined;
  if (raw.metadata?.uid !== uid) throw gone;
  return raw;
}

function pathOf({ apiVersion, kind, namespace, name }: Omit<Controller, 'uid'> & { namespace: string }) {
  if (apiVersion.startsWith('batch/') && kind === 'Job') return jobs(namespace, name);
  const known = workloadKinds.find((other) => other === kind);
  return known !== undefined && apiVersion.startsWith('apps/') ? workloads(known, namespace, name) : undefined;
}

async function ofTemplate(
  { get, admit, list }: Calls,
  { workload: ref, change }: Extract<Replacement, { kind: 'template' }>,
): Promise<Admitted> {
  const { kind, namespace, name, uid } = ref;
  const apiVersion = kind === 'Job' ? 'batch/v1' : 'apps/v1';
  const raw = await get<RawWorkload>(
    pathOf({ apiVersion, kind, namespace, name }) ?? workloads(kind as WorkloadKind, namespace, name),
  );
  if (raw.metadata?.uid !== uid) throw replacedError(`${kind} ${namespace}/${name}`);
  const template = withClaims(changed(raw, change), raw, `${name}-0`);
  const pod = podOfTemplate(template, { namespace, controller: { apiVersion, kind, name, uid } });
  const isOnEachSeat = kind === 'DaemonSet';
  const listed = list<RawPod>(core(namespace, 'pods'), { labelSelector: selectorText(raw.spec?.selector) });
  const freed = listed.then((pods) => podsFreed(raw, pods, isOnEachSeat));
  const [made, gone] = await Promise.all([admit(pod, freed), freed]);
  return { needs: needsOf(made, ref), seats: seatsOf(gone), isOnEachSeat };
}

/** The template as the change leaves it. */
function changed({ spec = {} }: RawWorkload, change: Extract<Replacement, { kind: 'template' }>['change']) {
  const { template = {} } = spec;
  switch (change.kind) {
    case 'template':
      return change.to.template as typeof template;
    case 'restart': {
      const annotations = { ...template.metadata?.annotations, [restartAnnotation]: 'dry-run' };
      return { ...template, metadata: { ...template.metadata, annotations } };
    }
    case 'memory': {
      const { container: name, to } = change;
      const containers = (template.spec?.containers ?? []).map((container) => {
        if (container.name !== name) return container;
        const { limits, requests } = container.resources ?? {};
        const wanted = to.request === undefined ? requests : { ...requests, memory: to.request };
        return {
          ...container,
          resources: {
            ...container.resources,
            limits: { ...limits, memory: to.limit },
            ...(wanted && { requests: wanted }),
          },
        };
      });
      return { ...template, spec: { ...template.spec, containers } };
    }
    case 'replicas':
    case 'none':
      return template;
    default:
      return change satisfies never;
  }
}

/** A rollout that lets no pod go before the fresh one is ready takes away at once only what is not ready. */
function podsFreed({ spec = {} }: RawWorkload, pods: readonly RawPod[], isOnEachSeat: boolean): RawPod[] {
  const { strategy, replicas = 1 } = spec;
  const most = strategy?.type === 'RollingUpdate' ? (strategy.rollingUpdate?.maxUnavailable ?? 1) : 1;
  const isFirst = Math.floor(typeof most === 'string' ? (Number.parseInt(most, 10) / 100) * replicas : most) === 0;
  return pods.filter((pod) => isThere(pod) && (!isFirst || isOnEachSeat || !isReady(pod)));
}

const seatsOf = (pods: readonly RawPod[]): Seat[] =>
  pods.flatMap(({ metadata, spec = {} }) =>
    spec.nodeName === undefined ? [] : [{ node: spec.nodeName, uid: metadata?.uid ?? '', requests: requestsOf(spec) }],
  );

const isReady = ({ status = {} }: RawPod) =>
  status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;

const needsOf = (pod: RawPod, { namespace }: ObjectRef) => {
  const needs = readNeeds(pod);
  return needs.namespace === '' ? { ...needs, namespace } : needs;
};

async function reachOf(get: Calls['get'], namespace: string, claim: string): Promise<VolumeReach> {
  const label = `PersistentVolumeClaim ${namespace}/${claim}`;
  const missing = (why: string) => (error: unknown) => {
    throw error instanceof MendflowError && error.code === 'TARGET_GONE'
      ? new MendflowError('NOT_REPLACEABLE', `${label} ${why}`)
      : error;
  };
  const { spec = {} } = await get<RawClaim>(core(namespace, 'persistentvolumeclaims', claim)).catch(
    missing('is not there'),
  );
  if (spec.volumeName === undefined) throw new MendflowError('NOT_REPLACEABLE', `${label} is bound to no volume`);
  const bound = await get<RawVolume>(volume(spec.volumeName)).catch(missing('is bound to a volume that is gone'));
  const nodeTerms = bound.spec?.nodeAffinity?.required?.nodeSelectorTerms;
  return { claim, ...(nodeTerms !== undefined && { nodeTerms }) };
}
