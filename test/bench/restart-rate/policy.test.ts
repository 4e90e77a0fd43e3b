import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { actions } from '../../../activities/actions/index.ts';
import { faster, inFastTime } from '../../../bench/restart-rate/policy.ts';
import { policySchema } from '../../../domain/policy.ts';

const text = readFileSync(join(import.meta.dirname, '../../../policies/crash-loop.yaml'), 'utf8');
const parsed = (yaml: string) => policySchema(actions).parse(parse(yaml)).spec;

describe('a policy in fast time', () => {
  it('has every duration divided, however deep it stands', () => {
    const value = { within: '10m', steps: [{ within: '1h' }], max: 2, text: 'ten minutes', none: null };
    expect(faster(value, 20)).toEqual({ ...value, within: '30000ms', steps: [{ within: '180000ms' }] });
  });

  it('is the ready-made one in all but its times, its mode and its scope', () => {
    const [fast, slow] = [parsed(inFastTime(text, 'rate', 20)), parsed(text)];
    expect(fast.mode).toBe('Auto');
    expect(fast.scope.namespaces).toEqual(['rate']);
    expect(fast.guards.cooldown * 20).toBe(slow.guards.cooldown);
    expect(fast.guards.attempts).toEqual({ ...slow.guards.attempts, per: slow.guards.attempts.per / 20 });
    expect(fast.healthy.stableFor * 20).toBe(slow.healthy.stableFor);
    expect(fast.steps).toEqual(slow.steps.map((step) => ({ ...step, withinMs: step.withinMs / 20 })));
  });

  it('divides the times that the ready-made one leaves unsaid', () => {
    const [fast, slow] = [parsed(inFastTime(text, 'rate', 20)).guards, parsed(text).guards];
    expect(fast.holdAtMost * 20).toBe(slow.holdAtMost);
    expect(fast.flapping).toEqual({ ...slow.flapping, within: slow.flapping.within / 20 });
  });

  it('can pass 24 times faster', () => {
    expect(parsed(inFastTime(text, 'rate', 24)).guards.attempts.per).toBe(3_600_000);
  });
});
