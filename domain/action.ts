import type { z } from 'zod';

/** How much a step can hurt: `low` replaces one pod, `medium` the pods of a workload, `high` changes what runs or a node. */
export type Risk = 'low' | 'medium' | 'high';

/** What the rest of the product must know of an action without being able to run it. */
export interface ActionSpec {
  /** The step's key in a policy; equals the file's name in camel case. */
  name: string;
  /** One sentence for the reference and for people who approve. */
  summary: string;
  risk: Risk;
  /** It takes the target pod away, so other pods of the workload must be ready first (guards.minReady). */
  takesPodAway: boolean;
  /** What it acts on. */
  targets: readonly ('Pod' | 'Workload')[];
  /** The step's parameters; every field has a default or is required, and says what it means. */
  params: z.ZodObject;
  /** Exactly the RBAC rules that `run` uses. */
  permissions: readonly { apiGroups: readonly string[]; resources: readonly string[]; verbs: readonly string[] }[];
}
