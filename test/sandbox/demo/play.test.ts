import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { RemediationReport, StepRecord } from '../../../domain/run/outcome.ts';
import { differencesOf, stepInWords } from '../../../sandbox/demo/play.ts';
import { scenesNamed } from '../../../sandbox/demo/programme.ts';
import { scenes } from '../../../sandbox/demo/scenes/index.ts';
import type { Ending } from '../../../sandbox/demo/scenes/scene.ts';

const at = '2026-01-01T00:00:00.000Z';
const evicted: StepRecord = {
  ...{ action: 'evictPod', summary: 'evicted', startedAt: at, finishedAt: at },
  ...{ result: 'kept', effect: 'irreversible' },
};
const report: RemediationReport = {
  ...{ outcome: 'remediated', summary: '', alertname: 'A', fingerprint: 'f', steps: [evicted] },
  ...{ segments: {}, joined: [], timeline: [{ at, phase: 'AwaitingPermit', what: 'held', reason: 'coolingDown' }] },
};
const mustEnd: Ending = {
  ...{ outcome: 'remediated', because: 'coolingDown', steps: ['evictPod kept, irreversible'] },
  acts: ['create pods/eviction'],
};

describe('a scene that was played', () => {
  it('differs in nothing when outcome, reasons, steps and acts are as they must be', () => {
    expect(differencesOf({ mustEnd }, report, ['create pods/eviction'])).toEqual([]);
  });

  it.each<[string, Partial<Ending>, readonly string[], string]>([
    ['another outcome', { outcome: 'escalated' }, mustEnd.acts, 'outcome: remediated, not escalated'],
    ['another reason', { reason: 'takenOver' }, mustEnd.acts, 'reason: none, not takenOver'],
    ['a step too many', { steps: [] }, mustEnd.acts, 'steps: evictPod kept, irreversible, not none'],
    [
      'an act that no step tells of',
      {},
      ['create pods/eviction', 'patch deployments'],
      'acts at the API server: create pods/eviction, patch deployments, not create pods/eviction',
    ],
    [
      'a reason that is missing',
      { because: 'actionIneffective' },
      mustEnd.acts,
      'reasons in the timeline: coolingDown; actionIneffective is not among them',
    ],
  ])('says %s', (_, other, acts, difference) => {
    expect(differencesOf({ mustEnd: { ...mustEnd, ...other } }, report, acts)).toEqual([difference]);
  });

  it('says what is left of a step only where its result does not', () => {
    expect(stepInWords({ ...evicted, effect: 'kept' })).toBe('evictPod kept');
    expect(stepInWords({ ...evicted, result: 'unhealthy', effect: 'reverted' })).toBe('evictPod unhealthy, reverted');
  });
});

const isPlayed = (name: string) => scenes.some(({ policy }) => policy === name);

describe('the scenes', () => {
  it('have each a name of their own', () => {
    expect(new Set(scenes.map(({ name }) => name)).size).toBe(scenes.length);
  });

  it('play every ready-made policy', () => {
    const files = readdirSync(join(import.meta.dirname, '..', '..', '..', 'policies'));
    const policies = files.filter((file) => file.endsWith('.yaml') && !file.endsWith('.test.yaml'));
    expect(policies.map((file) => file.slice(0, -'.yaml'.length)).filter((name) => !isPlayed(name))).toEqual([]);
  });

  it('are found by their name, or all together, and by nothing else', () => {
    expect(scenesNamed('crash-loop')?.map(({ name }) => name)).toEqual(['crash-loop']);
    expect(scenesNamed('all')).toBe(scenes);
    expect(scenesNamed('flu')).toBeUndefined();
  });
});
