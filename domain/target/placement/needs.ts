/** A label selector as Kubernetes writes it. */
export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: Requirement[];
}

/** One demand on a label, or on a field of a node. */
export interface Requirement {
  key: string;
  /** `In`, `NotIn`, `Exists`, `DoesNotExist`; of nodes `Gt` and `Lt` too. */
  operator: string;
  values?: string[];
}

/** One alternative of a node selector; one without any demand fits no node. */
export interface NodeTerm {
  matchExpressions?: Requirement[];
  matchFields?: Requirement[];
}

/** A taint of a node. */
export interface Taint {
  key: string;
  value?: string;
  /** `NoSchedule`, `PreferNoSchedule` or `NoExecute`. */
  effect: string;
}

/** What a pod says of the taints that it bears. */
export interface Toleration {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
}

/** Pods that another pod wants to be beside, or apart from. */
export interface PodTerm {
  /** Absent: no pod. */
  selector?: LabelSelector;
  topologyKey: string;
  /** Names of the namespaces meant; absent: any namespace, which nobody here can count. */
  namespaces?: string[];
}

/** A topology spread constraint that must be kept (`DoNotSchedule`). */
export interface SpreadRule {
  maxSkew: number;
  topologyKey: string;
  selector: LabelSelector;
  minDomains?: number;
}

/** Amounts by resource: cores, bytes, pieces. */
export type Amounts = Record<string, number>;

/** What a pod asks of the node that takes it, as the API server admitted it. */
export interface PodNeeds {
  namespace: string;
  labels: Record<string, string>;
  requests: Amounts;
  nodeSelector: Record<string, string>;
  /** Any of them must fit; absent: no demand. */
  nodeTerms?: NodeTerm[];
  tolerations: Toleration[];
  /** `TCP 8080`. */
  hostPorts: string[];
  beside: PodTerm[];
  apart: PodTerm[];
  spread: SpreadRule[];
  /** PersistentVolumeClaims that it mounts, by name. */
  claims: string[];
}

/** A place on a node that is free when the pod comes, because the pod that held it is gone by then. */
export interface Seat {
  node: string;
  /** Of the pod that holds it. */
  uid: string;
  requests: Amounts;
}

/** What a node's pods have taken of it. */
export interface Occupant {
  uid: string;
  namespace: string;
  labels: Record<string, string>;
  requests: Amounts;
  hostPorts: string[];
  /** Pods that it does not want beside it. */
  apart: PodTerm[];
}

/** A volume that is bound, and the nodes that reach it: any of the terms; absent: all nodes. */
export interface VolumeReach {
  claim: string;
  nodeTerms?: NodeTerm[];
}
