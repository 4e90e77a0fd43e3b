import { attempts } from './attempts.ts';
import { budget } from './budget.ts';
import { concurrency } from './concurrency.ts';
import { cooldown } from './cooldown.ts';
import type { Guard } from './guard.ts';
import { minReady } from './min-ready.ts';
import { ownedTarget } from './ownership.ts';
import { paused } from './paused.ts';

/** The product's caution, in order: the first objection is the verdict. Denials that need no waiting come first. */
export const guards = {
  paused,
  ownedTarget,
  concurrency,
  minReady,
  attempts,
  cooldown,
  budget,
} as const satisfies Record<string, Guard>;
