import { describe, expect, it } from '@jest/globals';
import { pausedEverywhere, pausedHere, type Switches } from '../../activities/kill-switch.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { nowMs } from './support/builders.ts';
import { TestCluster } from './support/test-cluster.ts';

const configMap = { namespace: 'ops', name: 'mendflow' };
const asked = async (switches: Partial<Switches>, given: Partial<TestCluster> = {}) => {
  const cluster = Object.assign(new TestCluster(), given);
  return { why: await pausedEverywhere({ cluster, switches: { mode: 'Auto', ...switches } }), calls: cluster.calls };
};

describe('the switches for everything', () => {
  it('are off by default, and then nothing is read', async () => {
    expect(await asked({})).toEqual({ why: undefined, calls: [] });
  });

  it('by configuration pause before anything is read', async () => {
    expect(await asked({ paused: 'incident 12', configMap })).toEqual({
      why: 'paused by configuration: incident 12',
      calls: [],
    });
  });

  it('by a ConfigMap pause with its words', async () => {
    const configMaps = { 'ops/mendflow': { paused: 'migration' } };
    expect((await asked({ configMap }, { configMaps })).why).toBe('the ConfigMap ops/mendflow says paused: migration');
    expect((await asked({ configMap }, { configMaps: { 'ops/mendflow': {} } })).why).toBeUndefined();
  });

  it('read the ConfigMap each time they are asked', async () => {
    const cluster = new TestCluster();
    cluster.configMaps = { 'ops/mendflow': {} };
    const ask = () => pausedEverywhere({ cluster, switches: { mode: 'Auto', configMap } });
    expect(await ask()).toBeUndefined();
    cluster.configMaps = { 'ops/mendflow': { paused: 'now' } };
    expect(await ask()).toBe('the ConfigMap ops/mendflow says paused: now');
  });

  it('pause where the ConfigMap does not exist', async () => {
    expect((await asked({ configMap })).why).toMatch(/does not exist$/);
  });

  it('pause where it cannot be read', async () => {
    const before = () => {
      throw new MendflowError('PERMISSION_DENIED', 'get configmaps is forbidden');
    };
    expect((await asked({ configMap }, { before })).why).toBe(
      'the ConfigMap ops/mendflow, which can pause us, cannot be read: get configmaps is forbidden',
    );
  });

  it('fail where the fault is our own: then nothing is done either', async () => {
    const before = () => {
      throw new TypeError('a bug');
    };
    await expect(asked({ configMap }, { before })).rejects.toThrow('a bug');
  });
});

describe('the switches of a place', () => {
  const until = (time: string) => ({ 'mendflow.dev/pause-until': time });
  const here = (annotations: Record<string, string>, workload?: Record<string, string>) =>
    pausedHere({ annotations }, { namespace: 'shop', workload, nowMs });

  it('are off where nothing is annotated', () => {
    expect(here({})).toBeUndefined();
    expect(here({}, {})).toBeUndefined();
  });

  it('pause a namespace, and a workload', () => {
    expect(here(until('2026-03-01T11:00:00Z'))).toMatch(
      /^namespace shop is paused .*, until 2026-03-01T11:00:00.000Z$/,
    );
    expect(here({}, until('for ever'))).toMatch(/^the workload is paused .* until the annotation is taken off$/);
  });

  it('name the namespace where both are paused', () => {
    expect(here(until('true'), until('true'))).toMatch(/^namespace shop/);
  });

  it('let go when the time is over', () => {
    expect(here(until('2026-03-01T10:00:00Z'), until('2026-03-01T09:00:00Z'))).toBeUndefined();
  });
});
