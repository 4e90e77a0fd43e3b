/** What was seen before the first act. */
export interface Evidence {
  capturedAt: string;
  /** Phase, conditions and container states of the pod, in words. */
  status: string[];
  /** Recent events on the pod and its workload, newest first. */
  events: string[];
  /** Last lines of each container's log, redacted, ≤ 16 KiB together. */
  logs: Record<string, string>;
  /** What could not be read, and why; evidence never stops a run. */
  missing: string[];
}
