/** What a network and a fleet of workers do to messages and results; all of it is chance that a seed repeats. */
export interface FaultInjection {
  /** Time that a message, a task or a result is under way. */
  latencyMs(): number;
  /** The worker dies between finishing an activity and saying so; the activity runs again. */
  losesResultOf(activity: string): boolean;
}

/** Everything arrives at once and in order. */
export const noFaults: FaultInjection = { latencyMs: () => 0, losesResultOf: () => false };
