import type { ActionSpec } from '../../domain/policy/action.ts';
import { fieldManager } from '../../domain/run/contract.ts';
import type { ReflectorEvents } from './reflection.ts';
import { type Following, reflect } from './reflector.ts';
import { path, type Transport } from './transport.ts';

/** The custom resource, as its definition (deploy/crd) and its path call it. */
export const policyKind = {
  group: 'mendflow.dev',
  version: 'v1alpha1',
  kind: 'RemediationPolicy',
  plural: 'remediationpolicies',
} as const;

/** metav1.Condition. */
export interface PolicyCondition {
  type: 'Accepted' | 'Ready' | 'Paused';
  status: 'True' | 'False';
  observedGeneration: number;
  /** RFC 3339 UTC, whole seconds. */
  lastTransitionTime: string;
  reason: string;
  message: string;
}

/** What we write back; scripts/crd/status-schema.ts has the same as a schema. */
export interface PolicyStatus {
  observedGeneration?: number;
  conditions?: PolicyCondition[];
  inForce?: { generation: number; spec: unknown };
  matched?: number;
  acted?: number;
  /** RFC 3339 UTC, whole seconds. */
  lastMatchedAt?: string;
}

/** One policy as it stands in the cluster; its spec is read elsewhere. */
export interface PolicyResource {
  name: string;
  uid: string;
  /** Counts the changes of the spec. */
  generation: number;
  resourceVersion: string;
  /** Deleted, though a finalizer still holds it: it is no longer in force. */
  isLeaving: boolean;
  spec: unknown;
  status: PolicyStatus;
}

/** The policies of a cluster as custom resources. */
export interface PolicyResources {
  /** Follows them all until closed; see `reflect`. */
  follow(events: ReflectorEvents<PolicyResource>): Following;
  /**
   * Replaces our part of the status and gives the resource as it is then. Fails with CONFLICT when the resource was
   * changed since it was read, with TARGET_GONE when it is not there.
   */
  writeStatus(read: PolicyResource, status: PolicyStatus): Promise<PolicyResource>;
  /** True when there is at least one; false too where we may not look, or the cluster does not know the kind. */
  exist(): Promise<boolean>;
}

/** What the source `crd` needs beyond `basePermissions`. Whoever may write the status can put a policy in force. */
export const policyPermissions: ActionSpec['permissions'] = [
  { apiGroups: [policyKind.group], resources: [policyKind.plural], verbs: ['list', 'watch'] },
  { apiGroups: [policyKind.group], resources: [`${policyKind.plural}/status`], verbs: ['patch'] },
];

interface RawPolicy {
  metadata?: {
    name?: string;
    uid?: string;
    generation?: number;
    resourceVersion?: string;
    deletionTimestamp?: string;
  };
  spec?: unknown;
  status?: PolicyStatus;
}

const apiVersion = `${policyKind.group}/${policyKind.version}`;
const collection = `/apis/${apiVersion}/${policyKind.plural}`;

/** The resource of what the API server sent; undefined for anything that has no name and uid. */
export function readPolicyResource(raw: unknown): PolicyResource | undefined {
  const { metadata = {}, spec, status = {} } = (raw ?? {}) as RawPolicy;
  const { name, uid, generation = 0, resourceVersion = '', deletionTimestamp } = metadata;
  if (name === undefined || uid === undefined) return undefined;
  return { name, uid, generation, resourceVersion, isLeaving: deletionTimestamp !== undefined, spec, status };
}

/** The policies behind a transport. */
export function policyResources(transport: Transport): PolicyResources {
  return {
    follow: (events) => reflect(transport, { path: collection, read: readPolicyResource }, events),
    async writeStatus(read, status) {
      const { name, uid, resourceVersion } = read;
      const written = await transport.json<RawPolicy>({
        method: 'PATCH',
        path: path(collection, name, 'status'),
        query: { fieldManager, force: 'true' },
        // JSON is YAML.
        contentType: 'application/apply-patch+yaml',
        body: { apiVersion, kind: policyKind.kind, metadata: { name, uid, resourceVersion }, status },
      });
      return readPolicyResource(written) ?? read;
    },
    async exist() {
      const found = transport.json<{ items?: unknown[] }>({ method: 'GET', path: collection, query: { limit: 1 } });
      return found.then(
        ({ items = [] }) => items.length > 0,
        () => false,
      );
    },
  };
}
