import type { Action } from './define-action.ts';
import evictPod from './evict-pod.ts';
import rolloutRestart from './rollout-restart.ts';

/** Every action there is: one file each, in the order of their names. */
export const actions: readonly Action[] = [evictPod, rolloutRestart];
