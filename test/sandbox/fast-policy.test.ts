import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { actions } from '../../activities/actions/index.ts';
import { policySchema } from '../../domain/policy/policy.ts';
import { faster, inFastTime } from '../../sandbox/fast-policy.ts';

const folder = join(import.meta.dirname, '../../policies');
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml') && !file.endsWith('.test.yaml'));
const textOf = (file: string) => readFileSync(join(folder, file), 'utf8');
const text = textOf('crash-loop.yaml');
const parsed = (yaml: string) => policySchema(actions).parse(parse(yaml)).spec;
const scope = { namespaces: ['rate'] };

describe('a policy in fast time', () => {
  it('has every duration divided, however deep it stands', () => {
    const value = { within: '10m', steps: [{ within: '1h' }], max: 2, text: 'ten minutes', none: null };
    expect(faster(value, 20)).toEqual({ ...value, within: '30000ms', steps: [{ within: '180000ms' }] });
  });

  it('is the ready-made one in all but its times, its mode and its scope', () => {
    const [fast, slow] = [parsed(inFastTime(text, { scope, scale: 20 })), parsed(text)];
    expect(fast.mode).toBe('Auto');
    expect(fast.scope).toEqual({ ...slow.scope, ...scope });
    expect(fast.guards.cooldown * 20).toBe(slow.guards.cooldown);
    expect(fast.guards.attempts).toEqual({ ...slow.guards.attempts, per: slow.guards.attempts.per / 20 });
    expect(fast.healthy.stableFor * 20).toBe(slow.healthy.stableFor);
    expect(fast.steps).toEqual(slow.steps.map((step) => ({ ...step, withinMs: step.withinMs / 20 })));
  });

  it('divides the times that the ready-made one leaves unsaid', () => {
    const [fast, slow] = [parsed(inFastTime(text, { scope, scale: 20 })).guards, parsed(text).guards];
    expect(fast.holdAtMost * 20).toBe(slow.holdAtMost);
    expect(fast.flapping).toEqual({ ...slow.flapping, within: slow.flapping.within / 20 });
  });

  it('is no faster than the schema allows, field by field', () => {
    const { guards, steps, verify } = parsed(inFastTime(text, { scope, scale: 600 }));
    expect(guards).toMatchObject({ cooldown: 10_000, attempts: { per: 3_600_000 }, flapping: { within: 60_000 } });
    expect(steps[0]?.withinMs).toBe(10_000);
    expect(verify).toEqual([{ podCondition: { reason: 'CrashLoopBackOff', restartsAtLeast: 3, within: 10_000 } }]);
  });

  it('tells whom it is given, under the name that it is given', () => {
    const fast = inFastTime(text, { scope, scale: 20, name: 'other', receiver: 'oncall' });
    expect(parse(fast).metadata.name).toBe('other');
    expect(parsed(fast).escalation).toEqual([{ notify: ['oncall'] }]);
  });

  it.each(files)('%s can pass 60 times faster', (file) => {
    expect(parsed(inFastTime(textOf(file), { scope, scale: 60 })).mode).toBe('Auto');
  });
});
