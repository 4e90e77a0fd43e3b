import type { Outcome } from '../../../domain/run/outcome.ts';
import type { Reason } from '../../../domain/run/reasons.ts';
import type { KubernetesApi, KubernetesObject } from '../../kubernetes-api.ts';
import type { Sandbox } from '../../sandbox.ts';

/** Where a scene plays: a namespace of its own, named as the scene is. */
export interface Place {
  namespace: string;
  admin: KubernetesApi;
  sandbox: Sandbox;
}

/** What a person says, and when: approve and reject as soon as a question is open, the others once it is escalated. */
export type Answer = 'approve' | 'reject' | 'acknowledge' | 'take-over';

/** How a run must end, and what the API server must have seen of it. */
export interface Ending {
  outcome: Outcome;
  reason?: Reason;
  /** A reason that must stand in the run's timeline: why something was refused or handed over. */
  because?: Reason;
  /** `evictPod kept, irreversible`, in order: what came of each step, and what is left of it. */
  steps: readonly string[];
  /** Every write of the worker that the API server carried out, in order: `create pods/eviction`. */
  acts: readonly string[];
}

/** One failure class from fault to ending. */
export interface Scene {
  /** Name of the scene, its namespace and its copy of the policy. */
  name: string;
  title: string;
  /** The ready-made policy that is played. */
  policy: string;
  /** What an alert from outside is called; absent: the watcher finds the fault by itself. */
  alertname?: string;
  /** The policy acts on nodes, and on those only that carry the label of the scene. */
  isAboutNodes?: true;
  /** A check of the policy asks Prometheus. */
  needsPrometheus?: true;
  /** What is there and well, before anything breaks. */
  world(namespace: string): KubernetesObject[];
  /** Breaks it; resolves, once it shows, with the labels by which an alert from outside names it. */
  breakIt(place: Place): Promise<Record<string, string>>;
  /** Said to the audience when it is broken. */
  broken: string;
  answers?: readonly Answer[];
  /** What others do while the run is under way; begins when the alert is out. */
  meanwhile?(place: Place): Promise<void>;
  mustEnd: Ending;
}

/** Label of the nodes that belong to a scene; its value is the scene's name. */
export const sceneLabel = 'sandbox.mendflow.dev/scene';
