/** Memory of a wait for health: plain JSON, so that it survives a worker restart as heartbeat details. */
export interface StableWindow {
  startedAtMs: number;
  /** Since when every read has found the workload healthy; absent while it is not. */
  healthySinceMs?: number;
  /** Restarts by pod uid at the moment the window opened. */
  restarts: Record<string, number>;
  /** What the last reads found wrong, newest last, at most ten. */
  findings: string[];
  /** The rollout had given up before the wait began, so that it says nothing about the remedy. */
  hadFailedBefore?: boolean;
}

/** A read that found the workload healthy, or what it found wrong. */
export type Finding = { kind: 'healthy'; restarts: Record<string, number> } | { kind: 'wrong'; why: string };

const findingsKept = 10;

/**
 * The window after one more read: opened by a healthy read, closed by a wrong one. A pod that restarted since makes it
 * start again. A new pod does not: where it is the workload's trouble, a read finds it not ready.
 */
export function afterRead(window: StableWindow, finding: Finding, nowMs: number): StableWindow {
  const { healthySinceMs, ...closed } = window;
  if (finding.kind === 'wrong') return { ...closed, restarts: {}, findings: noted(window.findings, finding.why) };
  const change = healthySinceMs === undefined ? undefined : changeOf(window.restarts, finding.restarts);
  const known = { ...window.restarts, ...finding.restarts };
  if (healthySinceMs !== undefined && change === undefined) {
    return Object.keys(known).length === Object.keys(window.restarts).length ? window : { ...window, restarts: known };
  }
  const findings = change === undefined ? window.findings : noted(window.findings, change);
  return { ...closed, healthySinceMs: nowMs, restarts: finding.restarts, findings };
}

/** The window after a read that failed: it neither opens nor closes it. */
export function afterFailedRead(window: StableWindow, why: string): StableWindow {
  return { ...window, findings: noted(window.findings, why) };
}

/** True when the workload has been healthy without a break for `stableForMs`. */
export function isStable({ healthySinceMs }: StableWindow, stableForMs: number, nowMs: number): boolean {
  return healthySinceMs !== undefined && nowMs - healthySinceMs >= stableForMs;
}

function changeOf(before: Record<string, number>, now: Record<string, number>): string | undefined {
  for (const [uid, restarts] of Object.entries(now)) {
    const known = before[uid];
    if (known !== undefined && restarts > known)
      return `a pod restarted ${restarts - known} more times, so the stable time starts again`;
  }
  return undefined;
}

function noted(findings: string[], why: string): string[] {
  return findings.at(-1) === why ? findings : [...findings, why].slice(-findingsKept);
}
