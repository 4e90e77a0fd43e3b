import type { InjectedSinks } from '@temporalio/worker';
import type { MetricSinks } from '../activities/contract.ts';
import type { RemediationReport } from '../domain/outcome.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** Counts runs as they end; a replay counts nothing. */
export function countRuns(metrics: Metrics): InjectedSinks<MetricSinks> {
  return { metrics: { closed: { fn: (_, report) => count(metrics, report), callDuringReplay: false } } };
}

function count(metrics: Metrics, report: RemediationReport): void {
  const policy = report.policy ?? 'none';
  const action = report.steps.at(-1)?.action ?? 'none';
  metrics.remediations.inc({ policy, action, outcome: report.outcome });
  for (const [name, ms] of Object.entries(report.segments)) {
    metrics.remediationSegment.observe({ segment: name.replace(/Ms$/, '') }, ms / 1_000);
  }
}
