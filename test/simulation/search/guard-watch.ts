import type { World } from '../../../simulation/world.ts';
import type { Schedule } from './schedule.ts';
import type { Span } from './trace.ts';

/** A garbled pause counts as one. */
const canPauseGuard = ({ events }: Schedule) =>
  events.some(
    (it) =>
      (it.kind === 'pause' && (it.how === 'guard' || it.how === 'timed')) ||
      (it.kind === 'garbage' && it.to === 'guard'),
  );

/** Writes down when the guard was paused, and when its storm breaker was not closed. */
export class GuardWatch {
  readonly pauses: (Span & { id: string })[] = [];
  readonly storms: Span[] = [];
  readonly #world: World;
  /** Reading the guard's state costs time, so it is done only where there can be a pause. */
  readonly #canPause: boolean;

  constructor(world: World, schedule: Schedule) {
    this.#world = world;
    this.#canPause = canPauseGuard(schedule);
  }

  /** The guard has changed; `storm` is how its breaker stands. */
  note(storm: string): void {
    const { nowMs } = this.#world.clock;
    const last = this.storms.at(-1);
    if (storm !== 'closed' && last?.toMs !== Number.POSITIVE_INFINITY)
      this.storms.push({ fromMs: nowMs, toMs: Number.POSITIVE_INFINITY });
    if (storm === 'closed' && last?.toMs === Number.POSITIVE_INFINITY) last.toMs = nowMs;
    if (this.#canPause) this.#notePauses(nowMs);
  }

  #notePauses(nowMs: number): void {
    const { pauses } = this.#world.guard();
    for (const { id } of pauses) {
      if (!this.pauses.some((known) => known.id === id))
        this.pauses.push({ id, fromMs: nowMs, toMs: Number.POSITIVE_INFINITY });
    }
    for (const known of this.pauses) {
      if (known.toMs === Number.POSITIVE_INFINITY && !pauses.some(({ id }) => id === known.id)) known.toMs = nowMs;
    }
  }
}
