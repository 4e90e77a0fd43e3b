import { describe, expect, it } from '@jest/globals';
import { createBodyBudget } from '../../../api/intake/body-budget.ts';

const limits = { deliveries: 10, bytes: 1_000, values: 100 };
const full = expect.objectContaining({ code: 'OVERLOADED', retryAfterMs: 1_000 });

describe('the budget of bodies', () => {
  it('has room until it is used up, and again when something is given back', () => {
    const enter = createBodyBudget(limits, 1);
    const [first, second] = [enter('am'), enter('am')];
    first.take('bytes', 600);
    expect(() => second.take('bytes', 401)).toThrow(full);
    second.take('bytes', 400);
    first.release();
    first.release();
    second.takeUpTo('bytes', 1_000);
    expect(() => second.takeUpTo('bytes', 1_001)).toThrow(full);
  });

  it('counts each kind by itself', () => {
    const held = createBodyBudget(limits, 1)('am');
    held.take('values', 100);
    held.take('bytes', 1_000);
    expect(() => held.take('values', 1)).toThrow(full);
  });

  it('gives none of several senders more than three quarters', () => {
    const enter = createBodyBudget(limits, 2);
    const greedy = enter('greedy');
    greedy.take('bytes', 750);
    expect(() => enter('greedy').take('bytes', 1)).toThrow(full);
    enter('other').take('bytes', 250);
  });

  it('gives nothing more to what was answered', () => {
    const enter = createBodyBudget(limits, 1);
    const held = enter('am');
    held.release();
    held.take('bytes', 5_000);
    const next = enter('am');
    next.take('bytes', 1_000);
    expect(() => next.take('bytes', 1)).toThrow(full);
  });
});
