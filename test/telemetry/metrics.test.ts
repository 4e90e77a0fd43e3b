import { describe, expect, it } from '@jest/globals';
import { createLabelBound } from '../../telemetry/label-bound.ts';
import { createMetrics, metricSpecs } from '../../telemetry/metrics.ts';
import { version } from '../../telemetry/version.ts';

describe('metrics', () => {
  it('all begin with mendflow_, counters end in _total, durations in _seconds', () => {
    for (const { name, kind } of Object.values(metricSpecs)) {
      expect(name).toMatch(/^mendflow_[a-z0-9_]+$/);
      expect(name.endsWith('_total')).toBe(kind === 'counter');
      if (kind === 'histogram') expect(name).toMatch(/_seconds$/);
    }
  });

  it('are all on the registry, with help and their labels', async () => {
    const metrics = createMetrics({ withProcess: false });
    metrics.alertsReceived.inc({ receiver: 'mendflow', status: 'firing' });
    metrics.remediationSegment.observe({ segment: 'acted' }, 0.2);
    const text = await metrics.registry.metrics();
    for (const { name } of Object.values(metricSpecs)) expect(text).toContain(`# HELP ${name} `);
    expect(text).toContain('mendflow_alerts_received_total{receiver="mendflow",status="firing"} 1');
    expect(text).toContain(`mendflow_build_info{version="${version}",`);
  });

  it('of two parts in one process do not mix', async () => {
    const [one, other] = [createMetrics({ withProcess: false }), createMetrics({ withProcess: false })];
    one.alertsRejected.inc({ reason: 'INVALID_ALERT' });
    expect(await other.registry.metrics()).not.toContain('INVALID_ALERT');
  });

  it('include those of the process unless they are not wanted', async () => {
    expect(await createMetrics().registry.metrics()).toContain('process_resident_memory_bytes');
  });
});

describe('a bounded label', () => {
  it('keeps the first values and calls every further one other', () => {
    const bound = createLabelBound(2);
    expect(['a', 'b', 'c', 'a'].map(bound)).toEqual(['a', 'b', 'other', 'a']);
  });

  it('calls a value that is too long other', () => {
    expect(createLabelBound(5)('x'.repeat(101))).toBe('other');
  });
});
