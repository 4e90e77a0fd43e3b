import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { policyJsonSchema } from '../../scripts/reference/actions.ts';
import { root } from '../architecture/source-files.ts';

const schema = z.fromJSONSchema(JSON.parse(policyJsonSchema()) as Parameters<typeof z.fromJSONSchema>[0]);
const folder = join(root, 'policies');
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml') && !file.endsWith('.test.yaml'));
const readyMade = (file: string) => readFileSync(join(folder, file), 'utf8');

interface Written {
  spec: { steps: unknown[] };
}

/** The ready-made memory-leak with these steps. */
const withSteps = (...steps: unknown[]) => {
  const policy = parse(readyMade('memory-leak.yaml')) as Written;
  return { ...policy, spec: { ...policy.spec, steps } };
};

describe('the schema for editors', () => {
  it.each(files)('takes the ready-made %s', (file) => {
    expect(schema.safeParse(parse(readyMade(file))).error).toBeUndefined();
  });

  it.each(files)('is named in the first line of %s, and is there', (file) => {
    const [, path = ''] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(readyMade(file)) ?? [];
    expect(existsSync(join(folder, path))).toBe(true);
  });

  it.each<[string, object]>([
    ['an action that is not there', { evictPods: {} }],
    ['a parameter that the action does not have', { evictPod: { gracePeriod: 30 } }],
    ['a parameter of another kind', { evictPod: { gracePeriodSeconds: 'soon' } }],
    ['two actions in one step', { evictPod: {}, rolloutRestart: {} }],
    ['undo where the action has none', { evictPod: {}, undo: 'Always' }],
  ])('refuses %s', (_, step) => {
    expect(schema.safeParse(withSteps(step)).success).toBe(false);
  });

  it('takes an action with its parameters, its deadline and its approval', () => {
    const step = { evictPod: { gracePeriodSeconds: 30 }, within: '5m', approval: 'Required' };
    expect(schema.safeParse(withSteps(step)).error).toBeUndefined();
  });
});
