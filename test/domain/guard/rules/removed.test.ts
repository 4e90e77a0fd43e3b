import { describe, expect, it } from '@jest/globals';
import { decidePermits } from '../../../../domain/guard/decide.ts';
import type { PermitRequest } from '../../../../domain/guard/permit.ts';
import { defaultLimits, type Guard } from '../../../../domain/guard/rules/guard.ts';
import { guards } from '../../../../domain/guard/rules/index.ts';
import { aGuardState, aPermitRequest, now } from '../../../support/builders.ts';
import { type Case, cases } from './cases.ts';

const verdictOf = (rules: readonly Guard[], { state = {}, request = {} }: Case) => {
  const context = { nowMs: now, limits: defaultLimits, guardId: 'guard/default' };
  const asked: PermitRequest = aPermitRequest(request);
  return decidePermits(aGuardState(state), [asked], context, rules)[0];
};
const isKept = (rules: readonly Guard[], name: string) => verdictOf(rules, cases[name] ?? {})?.verdict.kind !== 'grant';

const without = (name: string) => guards.filter((guard) => guard.name !== name);
const inverted = (name: string): Guard[] =>
  guards.map((guard) => {
    const judge: Guard['judge'] = (input) =>
      guard.judge(input) === undefined ? { kind: 'deny', reason: 'internalError', detail: 'inverted' } : undefined;
    return guard.name === name ? { ...guard, judge } : guard;
  });

describe('every guard that is taken out or turned round is missed', () => {
  it('has a case for each guard of the list', () => {
    expect(Object.keys(cases)).toEqual(guards.map(({ name }) => name));
  });

  it.each(guards)('nothing is done in the case of $name, and it is the one that says so', ({ name }) => {
    expect(isKept(guards, name)).toBe(true);
    expect(verdictOf(guards, cases[name] ?? {})?.guard).toBe(name);
  });

  it.each(guards)('without $name it is done', ({ name }) => {
    expect(isKept(without(name), name)).toBe(false);
  });

  it.each(guards)('with $name turned round it is done, and a modest request is refused', ({ name }) => {
    expect(isKept(inverted(name), name)).toBe(false);
    expect(verdictOf(guards, {})?.verdict.kind).toBe('grant');
    expect(verdictOf(inverted(name), {})?.verdict.kind).toBe('deny');
  });
});
