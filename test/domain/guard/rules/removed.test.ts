import { describe, expect, it } from '@jest/globals';
import { decidePermits } from '../../../../domain/guard/decide.ts';
import type { PermitRequest } from '../../../../domain/guard/permit.ts';
import { rules } from '../../../../domain/guard/rules/index.ts';
import { defaultLimits, type Rule } from '../../../../domain/guard/rules/rule.ts';
import { aGuardState, aPermitRequest, now } from '../../../support/builders.ts';
import { type Case, cases } from './cases.ts';

const verdictOf = (rules: readonly Rule[], { state = {}, request = {} }: Case) => {
  const context = { nowMs: now, limits: defaultLimits, guardId: 'guard/default' };
  const asked: PermitRequest = aPermitRequest(request);
  return decidePermits(aGuardState(state), [asked], context, rules)[0];
};
const isKept = (rules: readonly Rule[], name: string) => verdictOf(rules, cases[name] ?? {})?.verdict.kind !== 'grant';

const without = (name: string) => rules.filter((guard) => guard.name !== name);
const inverted = (name: string): Rule[] =>
  rules.map((guard) => {
    const judge: Rule['judge'] = (input) =>
      guard.judge(input) === undefined ? { kind: 'deny', reason: 'internalError', detail: 'inverted' } : undefined;
    return guard.name === name ? { ...guard, judge } : guard;
  });

describe('every guard that is taken out or turned round is missed', () => {
  it('has a case for each guard of the list', () => {
    expect(Object.keys(cases)).toEqual(rules.map(({ name }) => name));
  });

  it.each(rules)('nothing is done in the case of $name, and it is the one that says so', ({ name }) => {
    expect(isKept(rules, name)).toBe(true);
    expect(verdictOf(rules, cases[name] ?? {})?.guard).toBe(name);
  });

  it.each(rules)('without $name it is done', ({ name }) => {
    expect(isKept(without(name), name)).toBe(false);
  });

  it.each(rules)('with $name turned round it is done, and a modest request is refused', ({ name }) => {
    expect(isKept(inverted(name), name)).toBe(false);
    expect(verdictOf(rules, {})?.verdict.kind).toBe('grant');
    expect(verdictOf(inverted(name), {})?.verdict.kind).toBe('deny');
  });
});
