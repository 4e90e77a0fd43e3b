import type { InjectedSinks } from '@temporalio/worker';
import type { MetricSinks } from '../activities/contract.ts';
import type { GuardGauges } from '../domain/guard/gauges.ts';
import { budgetLeft } from '../domain/guard/rules/budget.ts';
import type { GuardLimits } from '../domain/guard/rules/rule.ts';
import type { RemediationReport } from '../domain/run/outcome.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { callAfter } from './call-after.ts';

const stormStates = { closed: 0, halfOpen: 1, open: 2 } as const;

/** A guard in a storm shows itself every minute; one that has not for so long has moved to another worker. */
const movedAfterMs = 300_000;

/** Counts runs as they end and shows what the guards hold; a replay counts nothing. */
export function workflowMetrics(metrics: Metrics, limits: GuardLimits, after = callAfter): InjectedSinks<MetricSinks> {
  const forgetting = new Map<string, () => void>();
  const guarded = (cluster: string, gauges: GuardGauges) => {
    show(metrics, limits, cluster, gauges);
    forgetting.get(cluster)?.();
    forgetting.delete(cluster);
    if (gauges.storm === 'closed') return;
    // Otherwise a worker that the guard has left would say for ever that a storm is on.
    forgetting.set(
      cluster,
      after(movedAfterMs, () => metrics.stormState.remove({ cluster })),
    );
  };
  return {
    metrics: {
      closed: { fn: (_, report) => count(metrics, report), callDuringReplay: false },
      guarded: { fn: (_, cluster, gauges) => guarded(cluster, gauges), callDuringReplay: false },
    },
  };
}

function count(metrics: Metrics, report: RemediationReport): void {
  const policy = report.policy ?? 'none';
  const action = report.steps.at(-1)?.action ?? 'none';
  metrics.remediations.inc({ policy, action, outcome: report.outcome });
  const { wouldHave } = report;
  if (wouldHave?.verdict === 'grant') metrics.wouldHave.inc({ policy, action: wouldHave.action });
  for (const [name, ms] of Object.entries(report.segments)) {
    metrics.remediationSegment.observe({ segment: name.replace(/Ms$/, '') }, ms / 1_000);
  }
}

function show(metrics: Metrics, { budget }: GuardLimits, cluster: string, gauges: GuardGauges): void {
  metrics.permitsInUse.set({ cluster }, gauges.permitsInUse);
  metrics.stormState.set({ cluster }, stormStates[gauges.storm]);
  metrics.budgetRemaining.set({ cluster }, budgetLeft(gauges.spentMs, Date.now(), budget));
}
