import { budget, concurrency, cooldown, reserved } from './budgets.ts';
import type { Invariant } from './invariant.ts';
import { decided } from './l1-decided.ts';
import { episodes } from './l2-episodes.ts';
import { wayBack } from './l3-way-back.ts';
import { listening } from './l4-listening.ts';
import { answers } from './l5-answers.ts';
import { undeliverable } from './l6-messages.ts';
import { garbage } from './l7-garbage.ts';
import { memory } from './l8-memory.ts';
import { oneCause } from './l9-one-cause.ts';
import { bounded } from './l10-bounded.ts';
import { approvals, freezes, modes, pauses } from './permission.ts';
import { controlPlane, maxUnhealthy, minReady, zones } from './places.ts';
import { escalations, flapping, sameFailure, storm } from './stops.ts';
import { disruptionBudgets, liveFault, neverWiden, ownership, replaceable, uidFence } from './targets.ts';

/** What every simulated day must satisfy. */
export const invariants: readonly Invariant[] = [
  budget,
  cooldown,
  concurrency,
  maxUnhealthy,
  storm,
  liveFault,
  uidFence,
  ownership,
  neverWiden,
  disruptionBudgets,
  minReady,
  freezes,
  modes,
  approvals,
  pauses,
  flapping,
  sameFailure,
  controlPlane,
  escalations,
  reserved,
  zones,
  replaceable,
  decided,
  episodes,
  wayBack,
  listening,
  answers,
  undeliverable,
  garbage,
  memory,
  oneCause,
  bounded,
];
