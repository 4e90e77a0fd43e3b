import { budget, concurrency, cooldown, reserved } from './budgets.ts';
import type { Invariant } from './invariant.ts';
import { approvals, freezes, modes, pauses } from './permission.ts';
import { controlPlane, maxUnhealthy, minReady, zones } from './places.ts';
import { escalations, flapping, sameFailure, storm } from './stops.ts';
import { disruptionBudgets, liveFault, neverWiden, ownership, uidFence } from './targets.ts';

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
];
