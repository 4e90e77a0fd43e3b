import type { z } from 'zod';
import type { ActionSpec } from '../../domain/action.ts';
import { MendflowError } from '../../domain/errors.ts';
import type { Pod } from '../../domain/pod.ts';
import type { Workload } from '../../domain/workload.ts';
import type { Cluster } from '../kubernetes/port.ts';

interface LiveTargets {
  Pod: Pod;
  Workload: Workload;
}
type TargetKind = keyof LiveTargets;

/** What an action gets: a target that was read a moment ago and whose uid is the verified one. */
export interface ActionContext<Live = Pod | Workload> {
  cluster: Cluster;
  target: Live;
  /** `<run id>.<step index>`: the same for every attempt of this step. */
  token: string;
  /** When the step was first asked for, Unix ms: the same for every attempt, so that a repeat writes the same. */
  askedAtMs: number;
  dryRun: boolean;
}

interface Definition<Kind extends TargetKind, Params extends z.ZodObject>
  extends Omit<ActionSpec, 'targets' | 'params'> {
  targets: readonly [Kind];
  params: Params;
  /** In words, when the live target shows that the step was taken already; asked before every act. */
  alreadyDone(target: LiveTargets[Kind], token: string): string | undefined;
  /** Acts once and says what it did. Throws NOT_APPLICABLE when the action does not fit this target. */
  run(context: ActionContext<LiveTargets[Kind]>, params: z.output<Params>): Promise<{ summary: string }>;
}

/** An action of the registry: its manual, and how it is run. */
export interface Action extends ActionSpec {
  alreadyDone(target: Pod | Workload, token: string): string | undefined;
  /** Throws INVALID_POLICY when the parameters do not fit. */
  run(context: ActionContext, params: Record<string, unknown>): Promise<{ summary: string }>;
}

/** Declares an action; `remediate` hands it the kind of target that it names. */
export function defineAction<Kind extends TargetKind, Params extends z.ZodObject>(
  definition: Definition<Kind, Params>,
): Action {
  return {
    ...definition,
    alreadyDone: (target, token) => definition.alreadyDone(target as LiveTargets[Kind], token),
    async run(context, raw) {
      const params = definition.params.safeParse(raw);
      if (!params.success) throw new MendflowError('INVALID_POLICY', `${definition.name}: ${params.error.message}`);
      return definition.run(context as ActionContext<LiveTargets[Kind]>, params.data);
    },
  };
}
