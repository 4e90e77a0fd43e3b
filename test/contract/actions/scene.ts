import type { Target } from '../../../domain/target/target.ts';
import type { World } from '../support/world.ts';

/**
 * How the contract suite (../actions.test.ts) tries one action on the real cluster: `<kebab-name>.ts` beside this file
 * exports one as its default. The suite puts the action through every promise that all actions make; the scene only says
 * what there is to act on, and how to see that something was done.
 */
export interface Scene {
  /** Servers beside the cluster that it cannot do without. */
  servers?: readonly string[];
  /** One for each way that the act can go; all of them together use every right that the action declares. */
  arrangements: readonly [Arrangement, ...Arrangement[]];
  /** What this action promises beside the rest: registers its own tests with `it`. */
  cases?(world: () => World): void;
}

/** One target to act on. */
export interface Arrangement {
  /** Ends the sentence “it acts on …”: `a Deployment`. */
  on: string;
  /** Valid parameters; absent: the defaults. */
  params?: Record<string, unknown>;
  /** It goes without a fresh pod, whatever else the action does. */
  replacesNoPod?: true;
  /** How many writes one act takes; 1 where it is left out. */
  writes?: number;
  /** Puts up a fresh target that fits; `name` is used by no other test, and nothing else is touched. */
  arrange(world: World, name: string): Promise<Target>;
  /** What the act changes, and nothing that changes by itself: compared before and after. */
  shows(world: World, target: Target): Promise<unknown>;
  /** Where there is an undo: what another person may do to the same field between the act and its undo. */
  meddle?(world: World, target: Target): Promise<void>;
}
