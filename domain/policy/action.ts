import type { z } from 'zod';

/** How much a step can hurt: `low` replaces one pod, `medium` the pods of a workload, `high` changes what runs or a node. */
export type Risk = 'low' | 'medium' | 'high';

/** What an action can act on: a pod, the workload that owns it, a Job or a node. */
export const actionTargets = ['Pod', 'Workload', 'Job', 'Node'] as const;
export type ActionTarget = (typeof actionTargets)[number];

/** What the rest of the product must know of an action without being able to run it. */
export interface ActionSpec {
  /** The step's key in a policy; equals the file's name in camel case. */
  name: string;
  /** One sentence for the reference and for people who approve. */
  summary: string;
  risk: Risk;
  /** It takes the target pod away, so other pods of the workload must be ready first (guards.minReady). */
  takesPodAway: boolean;
  /** It takes a node out of use, so that its pods need room elsewhere. */
  takesNodeAway?: true;
  /**
   * It makes controllers start fresh pods, by taking pods or by changing their template; `takesPodAway` means it too. Each
   * such pod must be admitted in a dry run, and a node must take it, before anything is done (G23).
   */
  replacesPods?: true;
  /** What it acts on; with several, the workload, Job or node that the run is about. */
  targets: readonly ActionTarget[];
  /** It changes what Git, Helm or an operator say of the workload, so that they would change it back. */
  changesSpec?: true;
  /** It only marks the pod template: an operator that owns the workload puts that back, Git and Helm leave it alone. */
  marksTemplate?: true;
  /** It sets aside what protects the workload: a policy must have a person approve it. */
  needsApproval?: true;
  /** It waits by itself for as long as its step may take, and heartbeats. */
  takesLong?: true;
  /** The parameter that names a namespace; it must be one of the policy's scope, and never a system namespace. */
  namespaceParam?: string;
  /** One sentence: what its undo brings back. Absent: what it does cannot be undone. */
  undoes?: string;
  /** The step's parameters; every field says what it means. */
  params: z.ZodObject;
  /** Exactly the RBAC rules that `run` and `undo` use. */
  permissions: readonly Permission[];
}

/** One RBAC rule. */
export interface Permission {
  apiGroups: readonly string[];
  resources: readonly string[];
  verbs: readonly string[];
  /** In every namespace, whatever the scope of the policies: what it acts on is in none. */
  everywhere?: true;
}
