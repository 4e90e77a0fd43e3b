import type { NodeTerm, Taint, Toleration } from '../../domain/target/placement/needs.ts';

/** What the API server sends, as far as we read it. Everything may be missing. */

export interface RawMeta {
  name?: string;
  generateName?: string;
  namespace?: string;
  uid?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  resourceVersion?: string;
  managedFields?: { manager?: string; fieldsV1?: Record<string, unknown> }[];
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: {
    apiVersion: string;
    kind: string;
    name: string;
    uid: string;
    controller?: boolean;
    blockOwnerDeletion?: boolean;
  }[];
}

export interface RawCondition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string | null;
}

export interface RawTerminated {
  reason?: string;
  exitCode?: number;
  message?: string;
  startedAt?: string | null;
  finishedAt?: string;
}

export interface RawState {
  waiting?: { reason?: string; message?: string };
  running?: { startedAt?: string };
  terminated?: RawTerminated;
}

export interface RawContainerStatus {
  name: string;
  ready?: boolean;
  started?: boolean;
  restartCount?: number;
  state?: RawState;
  lastState?: RawState;
  resources?: { limits?: { memory?: string } };
}

interface RawSource {
  name?: string;
  configMap?: { name?: string };
  secret?: { secretName?: string; name?: string };
  projected?: { sources?: RawSource[] };
  persistentVolumeClaim?: { claimName?: string };
  ephemeral?: object;
  emptyDir?: object;
}

export interface RawContainer {
  name?: string;
  image?: string;
  resizePolicy?: { resourceName?: string; restartPolicy?: string }[];
  resources?: { limits?: Record<string, string>; requests?: Record<string, string> };
  ports?: { hostPort?: number; protocol?: string }[];
  /** Of an init container that stays: `Always`. */
  restartPolicy?: string;
  volumeMounts?: { mountPath?: string }[];
  envFrom?: { configMapRef?: { name?: string }; secretRef?: { name?: string } }[];
  env?: { valueFrom?: { configMapKeyRef?: { name?: string }; secretKeyRef?: { name?: string } } }[];
}

export interface RawPodSpec {
  nodeName?: string;
  containers?: RawContainer[];
  initContainers?: RawContainer[];
  volumes?: RawSource[];
  terminationGracePeriodSeconds?: number;
  hostNetwork?: boolean;
  /** Debug containers, which no controller makes. */
  ephemeralContainers?: unknown[];
  nodeSelector?: Record<string, string>;
  affinity?: RawAffinity;
  tolerations?: Toleration[];
  topologySpreadConstraints?: RawSpread[];
  overhead?: Record<string, string>;
  /** Of the whole pod. */
  resources?: { limits?: Record<string, string>; requests?: Record<string, string> };
}

export interface RawAffinity {
  nodeAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms?: NodeTerm[] } };
  podAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: RawPodTerm[] };
  podAntiAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: RawPodTerm[] };
}

export interface RawPodTerm {
  labelSelector?: RawSelector;
  topologyKey?: string;
  namespaces?: string[];
  namespaceSelector?: RawSelector;
}

export interface RawSpread {
  maxSkew?: number;
  topologyKey?: string;
  whenUnsatisfiable?: string;
  labelSelector?: RawSelector;
  minDomains?: number;
  matchLabelKeys?: string[];
}

export interface RawClaim {
  metadata?: RawMeta;
  spec?: { volumeName?: string };
}

export interface RawVolume {
  spec?: { nodeAffinity?: { required?: { nodeSelectorTerms?: NodeTerm[] } } };
}

export interface RawNode {
  metadata?: RawMeta;
  spec?: { unschedulable?: boolean; taints?: Taint[] };
  status?: { conditions?: RawCondition[]; allocatable?: Record<string, string> };
}

export interface RawPod {
  metadata?: RawMeta;
  spec?: RawPodSpec;
  status?: {
    phase?: string;
    conditions?: RawCondition[];
    containerStatuses?: RawContainerStatus[];
    initContainerStatuses?: RawContainerStatus[];
  };
}

export interface RawSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

/** Deployment, StatefulSet, DaemonSet and ReplicaSet in one: their fields do not clash. */
export interface RawWorkload {
  metadata?: RawMeta;
  spec?: {
    replicas?: number;
    paused?: boolean;
    selector?: RawSelector;
    strategy?: { type?: string; rollingUpdate?: { maxUnavailable?: number | string } };
    updateStrategy?: { type?: string; rollingUpdate?: { partition?: number } };
    template?: { metadata?: RawMeta; spec?: RawPodSpec };
    podManagementPolicy?: string;
    volumeClaimTemplates?: { metadata?: RawMeta }[];
  };
  status?: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    currentRevision?: string;
    updateRevision?: string;
    desiredNumberScheduled?: number;
    currentNumberScheduled?: number;
    updatedNumberScheduled?: number;
    numberReady?: number;
    numberAvailable?: number;
    conditions?: RawCondition[];
  };
}

export interface RawJob {
  metadata?: RawMeta;
  spec?: {
    completions?: number;
    suspend?: boolean;
    manualSelector?: boolean;
    selector?: RawSelector;
    template?: { metadata?: RawMeta; spec?: RawPodSpec };
  };
  status?: { succeeded?: number; conditions?: RawCondition[] };
}

export interface RawVerticalAutoscaler {
  metadata?: RawMeta;
  spec?: { targetRef?: { kind?: string; name?: string }; updatePolicy?: { updateMode?: string } };
}

export interface RawAutoscaler {
  metadata?: RawMeta;
  spec?: {
    scaleTargetRef?: { apiVersion?: string; kind?: string; name?: string };
    minReplicas?: number;
    maxReplicas?: number;
  };
  status?: { currentReplicas?: number; desiredReplicas?: number; conditions?: RawCondition[] };
}

export interface RawEvent {
  reason?: string;
  message?: string;
  count?: number;
  eventTime?: string | null;
  lastTimestamp?: string | null;
  series?: { count?: number; lastObservedTime?: string } | null;
  metadata?: RawMeta;
}

export interface RawList<T> {
  metadata?: { continue?: string };
  items?: T[];
}
