import { describe, expect, it } from '@jest/globals';
import type { GuardGauges } from '../../domain/guard/gauges.ts';
import { defaultLimits } from '../../domain/guard/rules/rule.ts';
import { createMetrics } from '../../telemetry/metrics.ts';
import { workflowMetrics } from '../../worker/run-metrics.ts';

function aWorker() {
  const metrics = createMetrics({ withProcess: false });
  const timers: (() => void)[] = [];
  const { metrics: sinks } = workflowMetrics(metrics, defaultLimits, (_ms, then) => {
    timers.push(then);
    return () => timers.splice(timers.indexOf(then), 1);
  });
  const guarded = (storm: GuardGauges['storm']) =>
    void sinks.guarded.fn({} as never, 'eu', { permitsInUse: 0, spentMs: [], storm });
  const shown = async () => /mendflow_storm_state\{cluster="eu"\} (\d)/.exec(await metrics.registry.metrics())?.[1];
  return { timers, guarded, shown };
}

describe('the storm that a worker shows', () => {
  it('is forgotten where the guard has moved to another worker', async () => {
    const { timers, guarded, shown } = aWorker();
    guarded('open');
    guarded('open');
    expect([await shown(), timers.length]).toEqual(['2', 1]);
    timers[0]?.();
    expect(await shown()).toBeUndefined();
  });

  it('stays where it is over', async () => {
    const { timers, guarded, shown } = aWorker();
    guarded('halfOpen');
    guarded('closed');
    expect([await shown(), timers.length]).toEqual(['0', 0]);
  });
});
