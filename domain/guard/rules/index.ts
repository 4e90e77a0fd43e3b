import { attempts } from './attempts.ts';
import { budget } from './budget.ts';
import { calendar } from './calendar.ts';
import { concurrency } from './concurrency.ts';
import { controlPlane } from './control-plane.ts';
import { conversation } from './conversation.ts';
import { cooldown } from './cooldown.ts';
import { correlated } from './correlated.ts';
import { drains } from './drains.ts';
import { flapping } from './flapping.ts';
import { maxUnhealthy } from './max-unhealthy.ts';
import { minReady } from './min-ready.ts';
import { ownedTarget } from './ownership.ts';
import { paused } from './paused.ts';
import { rollout } from './rollout.ts';
import type { Rule } from './rule.ts';
import { sameFailure } from './same-failure.ts';
import { scopedBudgets } from './scoped-budgets.ts';
import { silentNode } from './silent-node.ts';
import { storm } from './storm.ts';
import { unhelpful } from './unhelpful.ts';
import { zones } from './zones.ts';

/** The product's caution, in order: the first rejection is the verdict. Denials that need no waiting come first. */
export const rules: readonly Rule[] = [
  paused,
  storm,
  ownedTarget,
  concurrency,
  silentNode,
  conversation,
  correlated,
  maxUnhealthy,
  flapping,
  sameFailure,
  unhelpful,
  attempts,
  minReady,
  controlPlane,
  calendar,
  rollout,
  cooldown,
  drains,
  scopedBudgets,
  budget,
  zones,
];
