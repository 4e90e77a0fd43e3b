import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../config/config.ts';
import { guardLimits } from '../../config/guard-limits.ts';
import { defaultLimits } from '../../domain/guard/rules/rule.ts';
import { switchesOf } from '../../worker/guard-limits.ts';

const configOf = (guard: string, env: Record<string, string> = {}) =>
  loadConfig({ env, file: 'm.yaml', readFile: () => `guard: ${guard}` });
const limitsOf = (guard: string, env?: Record<string, string>) => guardLimits(configOf(guard, env));

describe('the limits of the guard', () => {
  it('are its own when nothing is configured', () => {
    expect(limitsOf('{}')).toMatchObject(defaultLimits);
  });

  it('are each as configured', () => {
    const limits = limitsOf(`
  budget: { burst: 2, per10m: 3 }
  budgets: [{ scope: namespace, max: 25%, per: 30m }]
  concurrency: { namespace: 4, cluster: 6 }
  zoneSpacing: 5m
  freezes: [{ schedule: '0 22 * * 5', duration: 2d, timeZone: Europe/Berlin }]
  storm: { workloads: 7, percent: 8, atLeast: 9, within: 1m, calm: 11m, pace: 12m }
  controlPlane: { p99: 3s, serverErrors: 14, throttledPercent: 15, notReadyPercent: 16 }`);
    expect(limits).toMatchObject({
      budget: { burst: 2, perWindow: 3, windowMs: 600_000 },
      budgets: [{ scope: 'namespace', max: { percent: 25 }, per: 1_800_000 }],
      concurrency: { namespace: 4, cluster: 6 },
      zoneSpacingMs: 300_000,
      freezes: [{ schedule: '0 22 * * 5', duration: 172_800_000, timeZone: 'Europe/Berlin' }],
      storm: { workloads: 7, percent: 8, atLeast: 9, withinMs: 60_000, calmMs: 660_000, paceMs: 720_000 },
      controlPlane: { p99Ms: 3_000, serverErrors: 14, throttledPercent: 15, notReadyPercent: 16, minCalls: 20 },
    });
  });

  it('can be set by variables', () => {
    const env = { MENDFLOW_GUARD_BUDGET_BURST: '1', MENDFLOW_GUARD_STORM_WORKLOADS: '30' };
    expect(limitsOf('{}', env)).toMatchObject({ budget: { burst: 1 }, storm: { workloads: 30 } });
  });
});

describe('the switches', () => {
  const switches = (guard: string, env?: Record<string, string>) => switchesOf(configOf(guard, env));

  it('are off by default, and nothing caps a policy', () => {
    expect(switches('{}')).toEqual({ mode: 'Auto' });
  });

  it.each([
    ['incident 12', 'incident 12'],
    ['true', 'true'],
    ['0', '0'],
    ['false', undefined],
    ['', undefined],
  ])('by the variable that says %j pause with %j', (text, paused) => {
    expect(switches('{}', { MENDFLOW_PAUSED: text }).paused).toBe(paused);
  });

  it('name the ConfigMap by its namespace and its name', () => {
    expect(switches('{ pauseConfigMap: ops/mendflow.pause, mode: Observe }')).toEqual({
      mode: 'Observe',
      configMap: { namespace: 'ops', name: 'mendflow.pause' },
    });
  });

  it.each(['ops', 'ops/', '/mendflow', 'ops/mendflow/more'])('do not take %s for a ConfigMap', (name) => {
    expect(() => switches('{}', { MENDFLOW_PAUSE_CONFIGMAP: name })).toThrow(/must be namespace\/name of a ConfigMap/);
  });
});
