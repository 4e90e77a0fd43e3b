import { describe, expect, it } from '@jest/globals';
import type { PolicyMode } from '../../../domain/policy/mode.ts';
import { modeAllowedIn, pausedByAnnotation, pausedByConfigMap, strictest } from '../../../domain/policy/switches.ts';
import { now } from '../../support/builders.ts';

describe('the annotation that pauses', () => {
  const paused = (until: string) => pausedByAnnotation({ 'mendflow.dev/pause-until': until }, 'namespace shop', now);

  it('stops until the time that it names, not a millisecond longer', () => {
    expect(paused('2026-03-01T10:00:00.001Z')).toBe(
      'namespace shop is paused by its annotation mendflow.dev/pause-until, until 2026-03-01T10:00:00.001Z',
    );
    expect(paused('2026-03-01T10:00:00Z')).toBeUndefined();
    expect(paused('2026-03-01T09:00:00Z')).toBeUndefined();
  });

  it('reads the time with its offset', () => {
    expect(paused('2026-03-01T11:00:00+01:00')).toBeUndefined();
    expect(paused('2026-03-01T10:30:00-01:00')).toMatch(/until 2026-03-01T11:30:00.000Z$/);
    expect(paused('2026-03-01t09:00:00z')).toBeUndefined();
    expect(paused('2026-03-01T09:00:00.123456Z')).toBeUndefined();
    expect(paused('2026-03-01T09:00Z')).toBeUndefined();
  });

  it.each([
    'true',
    '',
    'later',
    '1',
    'INC-1234',
    'ticket 12',
    '2026-02-01',
    '2026',
    '2026-02-01 09:00:00',
    '2026-02-01T09:00:00',
    '2026-13-01T09:00:00Z',
    'was 2026-02-01T09:00:00Z',
    '2026-02-01T09:00:00Z or so',
    '12026-02-01T09:00:00Z',
    '2026-02-01T09:00:00.Z',
  ])('stops for good where it says %j, which is no time', (text) => {
    expect(paused(text)).toBe(
      'namespace shop is paused by its annotation mendflow.dev/pause-until, until the annotation is taken off',
    );
  });

  it('does nothing where it is not there', () => {
    expect(pausedByAnnotation({ 'mendflow.dev/other': 'true' }, 'the workload', now)).toBeUndefined();
  });
});

describe('the ConfigMap that pauses', () => {
  it.each([[{}], [{ paused: '' }], [{ paused: 'false' }], [{ paused: ' false\n' }], [{ other: 'true' }]])(
    'does not pause with %j',
    (data) => {
      expect(pausedByConfigMap(data, 'ops/mendflow')).toBeUndefined();
    },
  );

  it.each(['true', 'False', 'no', '0', 'incident 12'])('pauses with %j', (paused) => {
    expect(pausedByConfigMap({ paused }, 'ops/mendflow')).toBe(`the ConfigMap ops/mendflow says paused: ${paused}`);
  });

  it('pauses where it does not exist: a switch that is not there is thrown', () => {
    expect(pausedByConfigMap(undefined, 'ops/mendflow')).toBe(
      'the ConfigMap ops/mendflow, which can pause us, does not exist',
    );
  });

  it('gives no more than a line of its text', () => {
    expect(pausedByConfigMap({ paused: 'x'.repeat(500) }, 'ops/mendflow')).toBe(
      `the ConfigMap ops/mendflow says paused: ${'x'.repeat(200)}`,
    );
  });
});

describe('modes', () => {
  it.each([
    [{}, 'Auto'],
    [{ 'mendflow.dev/mode': 'DryRun' }, 'DryRun'],
    [{ 'mendflow.dev/mode': 'Auto' }, 'Auto'],
    [{ 'mendflow.dev/mode': 'auto' }, 'Observe'],
    [{ 'mendflow.dev/mode': '' }, 'Observe'],
    [{ 'mendflow.dev/mode': 'on' }, 'Observe'],
  ])('%j allows %s', (annotations, mode) => {
    expect(modeAllowedIn(annotations as Record<string, string>)).toBe(mode);
  });

  it.each<[PolicyMode[], PolicyMode]>([
    [['Auto', 'Approve'], 'Approve'],
    [['Approve', 'DryRun', 'Auto'], 'DryRun'],
    [['Auto', 'Observe', 'DryRun'], 'Observe'],
    [['Auto'], 'Auto'],
    [[], 'Observe'],
  ])('of %j the strictest is %s', (modes, expected) => {
    expect(strictest(...modes)).toBe(expected);
  });
});
