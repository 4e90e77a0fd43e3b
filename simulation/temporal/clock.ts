import { quiet } from './quiet.ts';

/** What is due at a moment. One that returns false set nothing in motion; a promise is waited for. */
type Job = () => unknown;

/** A job in the queue; without its job it was cancelled. */
export interface Timer {
  readonly atMs: number;
  readonly order: number;
  job: Job | undefined;
}

/** So many jobs at one moment mean that they start each other and time stands still. */
const jobsAtOneMoment = 200_000;

/** Virtual time: it stands still while code runs, and jumps to the next job when all of it waits. */
export class Clock {
  #nowMs: number;
  #order = 0;
  readonly #heap: Timer[] = [];
  #isRunning = false;

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  /** Unix ms. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Does the job at that moment, or now when it has passed; jobs of one moment in the order in which they came. */
  at(atMs: number, job: Job): Timer {
    const timer = { atMs: Math.max(atMs, this.#nowMs), order: this.#order++, job };
    this.#heap.push(timer);
    siftUp(this.#heap);
    return timer;
  }

  after(delayMs: number, job: Job): Timer {
    return this.at(this.#nowMs + delayMs, job);
  }

  cancel(timer: Timer | undefined): void {
    if (timer !== undefined) timer.job = undefined;
  }

  /** When the next job is due; undefined when there is none. */
  get nextMs(): number | undefined {
    while (this.#heap[0] !== undefined && this.#heap[0].job === undefined) pop(this.#heap);
    return this.#heap[0]?.atMs;
  }

  /** Does everything that is due until then, inclusive. Rejects with what a job throws, and when time does not move. */
  async runUntil(untilMs: number): Promise<void> {
    if (this.#isRunning) throw new Error('time runs already');
    this.#isRunning = true;
    try {
      await this.#run(untilMs);
      this.#nowMs = Math.max(this.#nowMs, untilMs);
    } finally {
      this.#isRunning = false;
    }
  }

  async #run(untilMs: number): Promise<void> {
    for (let jobs = 0; ; jobs++) {
      const atMs = this.nextMs;
      if (atMs === undefined || atMs > untilMs) return;
      if (atMs > this.#nowMs) jobs = 0;
      if (jobs > jobsAtOneMoment) throw new Error(`time stands still at ${new Date(this.#nowMs).toISOString()}`);
      this.#nowMs = atMs;
      const outcome = pop(this.#heap)?.job?.();
      if (outcome instanceof Promise) await outcome;
      else if (outcome !== false) await quiet();
    }
  }
}

const isBefore = (a: Timer, b: Timer) => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

function siftUp(heap: Timer[]): void {
  let index = heap.length - 1;
  const timer = heap[index];
  while (timer !== undefined && index > 0) {
    const above = (index - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || isBefore(parent, timer)) break;
    heap[index] = parent;
    index = above;
  }
  if (timer !== undefined) heap[index] = timer;
}

/** Takes the first timer off the heap. */
function pop(heap: Timer[]): Timer | undefined {
  const [first] = heap;
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return first;
  let index = 0;
  for (;;) {
    const left = heap[2 * index + 1];
    const right = heap[2 * index + 2];
    const isRight = left !== undefined && right !== undefined && isBefore(right, left);
    const child = isRight ? right : left;
    if (child === undefined || isBefore(last, child)) break;
    heap[index] = child;
    index = 2 * index + (isRight ? 2 : 1);
  }
  heap[index] = last;
  return first;
}
