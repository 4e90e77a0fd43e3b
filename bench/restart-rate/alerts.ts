/** Times of the rule and of the route, as they are recommended for remediation. */
export const production = {
  /** Between two evaluations of the rule, which see what was scraped just before. */
  evaluateMs: 15_000,
  forMs: 60_000,
  groupWaitMs: 10_000,
  groupIntervalMs: 60_000,
  repeatIntervalMs: 4 * 3_600_000,
} as const;

export type AlertTimes = { [Name in keyof typeof production]: number };

/** A webhook that is due: names of pods. */
export interface Notice {
  firing: string[];
  /** Since the notice before. */
  resolved: string[];
}

/** Prometheus and Alertmanager for one workload. */
export interface Alerts {
  /** `waiting`: the pods in CrashLoopBackOff now. Called often; returns what Alertmanager sends now, if anything. */
  step(nowMs: number, waiting: readonly string[]): Notice | undefined;
}

/** The rule: a pod that waits in CrashLoopBackOff for the time alerts until it does not any more. */
function createRule({ evaluateMs, forMs }: AlertTimes) {
  const since = new Map<string, number>();
  let nextMs = 0;
  return (nowMs: number, waiting: readonly string[]): string[] | undefined => {
    if (nowMs < nextMs) return undefined;
    nextMs = nowMs + evaluateMs;
    for (const pod of since.keys()) if (!waiting.includes(pod)) since.delete(pod);
    for (const pod of waiting) if (!since.has(pod)) since.set(pod, nowMs);
    return [...since].filter(([, sinceMs]) => nowMs - sinceMs >= forMs).map(([pod]) => pod);
  };
}

interface Group {
  flushMs: number;
  told: Set<string>;
  toldMs: number;
}

/** Opens the rule and its route. A flush is sent when an alert is new, when one has ended, or when it is time to repeat. */
export function createAlerts(times: AlertTimes = production): Alerts {
  const rule = createRule(times);
  let firing: string[] = [];
  let group: Group | undefined;
  const flush = (open: Group, nowMs: number): Notice | undefined => {
    const resolved = [...open.told].filter((pod) => !firing.includes(pod));
    const isNew = firing.some((pod) => !open.told.has(pod));
    const isDue = firing.length > 0 && nowMs - open.toldMs >= times.repeatIntervalMs;
    group = firing.length === 0 ? undefined : { ...open, flushMs: nowMs + times.groupIntervalMs };
    if (!isNew && resolved.length === 0 && !isDue) return undefined;
    if (group !== undefined) group = { ...group, told: new Set(firing), toldMs: nowMs };
    return { firing, resolved };
  };
  return {
    step(nowMs, waiting) {
      firing = rule(nowMs, waiting) ?? firing;
      if (group === undefined && firing.length > 0) {
        group = { flushMs: nowMs + times.groupWaitMs, told: new Set(), toldMs: Number.NEGATIVE_INFINITY };
      }
      return group !== undefined && nowMs >= group.flushMs ? flush(group, nowMs) : undefined;
    },
  };
}
