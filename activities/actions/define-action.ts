import { z } from 'zod';
import type { ActionSpec, ActionTarget, Permission } from '../../domain/policy/action.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import type { Manager } from '../../domain/target/managed-by.ts';
import type { Pod } from '../../domain/target/pod.ts';
import type { ObjectRef } from '../../domain/target/target.ts';
import type { Workload } from '../../domain/target/workload.ts';
import type { ActionAlert } from '../contract.ts';
import type { Cluster } from '../kubernetes/port.ts';
import type { Outside } from '../outside/outside.ts';

/** Parameter of every action that takes a pod away; the pod's own time to stop is never shortened (G26). */
export const gracePeriodSeconds = z
  .int()
  .min(1)
  .max(3_600)
  .optional()
  .describe(
    'Time the pod has to stop, in seconds. It counts only if it is longer than the pod’s own; default: the pod’s own.',
  );

/** As what each kind of target is read. */
interface LiveTargets extends Record<ActionTarget, Pod | Workload> {
  Pod: Pod;
  Workload: Workload;
  Job: Workload;
  Node: Workload;
}

/** What an action gets: a target that was read a moment ago and whose uid is the verified one. */
export interface ActionContext<Live = Pod | Workload> {
  /** Its writes refuse with NOT_REPLACEABLE to take a pod, or to change a template, whose pods could not come back. */
  cluster: Cluster;
  /** For an action that takes several pods: refuses as those writes do, before the first of them. */
  replaceable(pods: readonly Pod[]): Promise<void>;
  /** What the operator configured beside the cluster. */
  outside: Outside;
  target: Live;
  /** `<run id>.<step index>.<number of the act>`: the same for every attempt of this step. */
  token: string;
  /** When the step was first asked for, Unix ms: the same for every attempt, so that a repeat writes the same. */
  askedAtMs: number;
  dryRun: boolean;
  /** The pod that the fault was verified on, where there is one. */
  pod?: ObjectRef;
  /** The alert that the run is about. */
  alert: ActionAlert;
  /** Managers whose objects the policy lets a step change. */
  allowedManagers: readonly Manager[];
  wait: Waiting;
}

/** For an action that waits by itself (`takesLong`). */
export interface Waiting {
  /** Unix ms; the step must be over then. */
  untilMs: number;
  /** Unix ms. */
  now(): number;
  /**
   * Sleeps, and says that the work lives. Throws STEP_UNFINISHED when a kill switch was thrown meanwhile or the time is
   * over, and the cancellation of the run.
   */
  pause(ms: number, whatFor: string): Promise<void>;
  /** Waits for one call that may take as long as a heartbeat may. */
  during<T>(work: Promise<T>): Promise<T>;
}

/** What came of an action. */
export interface ActionResult {
  /** For a person: `evicted pod shop/checkout-1`. */
  summary: string;
  /** The object that stands in the target's place now, and whose health is the proof. */
  successor?: ObjectRef;
  /** False: an earlier attempt of this very step had done it already. */
  changed?: false;
}

/** What came of taking a step back. */
export interface UndoResult {
  summary: string;
  /** False: nothing of the step was there to take back, or it was taken back before. */
  changed?: false;
}

/** What was read beside the target. */
export interface Seen {
  /** The pod that the fault was verified on, where it was read. */
  pod?: Pod | undefined;
  /** The container that the alert names. */
  labelled?: string | undefined;
  /** Unix ms. */
  nowMs: number;
}

/** What is left to a repeat whose target is gone. */
export interface Vanished extends Pick<ActionContext, 'cluster' | 'token'> {
  ref: ObjectRef;
}

/** Everything about an action that depends on what it acts on and which parameters it takes. */
interface Definition<Kind extends ActionTarget, Params extends z.ZodObject>
  extends Omit<ActionSpec, 'targets' | 'params' | 'undoes'> {
  targets: readonly [Kind, ...Kind[]];
  params: Params;
  /** What an earlier attempt of this very step came to, when the live target shows it; asked before every act. */
  alreadyDone(target: LiveTargets[Kind], token: string): ActionResult | undefined;
  /**
   * What an earlier attempt of this very step came to, when its target is gone since; asked in a repeat only. Absent: a
   * target that is gone is nobody's act.
   */
  afterVanished?(left: Vanished): Promise<ActionResult | undefined>;
  /** Acts once and says what it did. Throws NOT_APPLICABLE when the action does not fit this target. */
  run(context: ActionContext<LiveTargets[Kind]>, params: z.output<Params>): Promise<ActionResult>;
  /** What the action would write, as a patch for a person who keeps the object elsewhere (YAML). */
  patch?(target: LiveTargets[Kind], params: z.output<Params>, seen: Seen): string | undefined;
  undo?: Undo<LiveTargets[Kind], z.output<Params>>;
}

/** To ask in a dry run whether a pod that is taken could come back; deploy/admission keeps it to dry runs. */
const askForPods = (everywhere?: true): Permission => ({
  ...{ apiGroups: [''], resources: ['pods'], verbs: ['create'] },
  ...(everywhere && { everywhere }),
});

/** How a step is taken back. */
interface Undo<Live, Params> {
  /** What it does, for the reference: `scales back`. */
  words: string;
  /**
   * Takes back what this very step changed, if it is still as the step left it, and says what it did. All it needs
   * stands on the live object, written there by the step: whoever undoes may never have heard how the step ended.
   */
  run(context: ActionContext<Live>, params: Params): Promise<UndoResult>;
}

/** An action of the registry: its manual, and how it is run. */
export interface Action extends ActionSpec {
  alreadyDone(target: Pod | Workload, token: string): ActionResult | undefined;
  afterVanished?(left: Vanished): Promise<ActionResult | undefined>;
  /** Throws INVALID_POLICY when the parameters do not fit. */
  run(context: ActionContext, params: Record<string, unknown>): Promise<ActionResult>;
  /** Throws as `run` does; undefined where the action has no patch. */
  patch(target: Pod | Workload, params: Record<string, unknown>, seen: Seen): string | undefined;
  /** Absent: what it does cannot be taken back. */
  undo?(context: ActionContext, params: Record<string, unknown>): Promise<UndoResult>;
}

/** Declares an action; `remediate` hands it the kind of target that it names. */
export function defineAction<Kind extends ActionTarget, Params extends z.ZodObject>(
  definition: Definition<Kind, Params>,
): Action {
  type Live = LiveTargets[Kind];
  const { undo, ...manual } = definition;
  const { takesPodAway, replacesPods, permissions } = definition;
  const parse = (raw: Record<string, unknown>) => {
    const params = definition.params.safeParse(raw);
    if (!params.success) throw new MendflowError('INVALID_POLICY', `${definition.name}: ${params.error.message}`);
    return params.data;
  };
  const isOfNode = definition.targets.includes('Node' as Kind);
  return {
    ...manual,
    permissions: takesPodAway || replacesPods ? [...permissions, askForPods(isOfNode || undefined)] : permissions,
    alreadyDone: (target, token) => definition.alreadyDone(target as Live, token),
    run: async (context, raw) => definition.run(context as ActionContext<Live>, parse(raw)),
    patch: (target, raw, seen) => definition.patch?.(target as Live, parse(raw), seen),
    ...(undo && {
      undoes: undo.words,
      undo: async (context: ActionContext, raw: Record<string, unknown>) =>
        undo.run(context as ActionContext<Live>, parse(raw)),
    }),
  };
}
