import { describe, expect, it } from '@jest/globals';
import { answeringPrometheus, type PrometheusAnswer } from '../../../simulation/policy-test/prometheus-answers.ts';

const anAnswer = (given: Partial<PrometheusAnswer> = {}): PrometheusAnswer => ({
  contains: 'memory',
  value: 0.9,
  fromMs: 60_000,
  untilMs: 120_000,
  ...given,
});

const ask = (query: string, given: Partial<PrometheusAnswer> = {}, { atMs = 90_000, heldForMs = 0 } = {}) =>
  answeringPrometheus([anAnswer(given)], () => atMs).query(query, heldForMs === 0 ? {} : { heldForMs });

describe('a simulated Prometheus', () => {
  it('answers a query that holds the text, and nothing to others', async () => {
    expect(await ask('sum(memory)')).toEqual([0.9]);
    expect(await ask('sum(cpu)')).toEqual([]);
  });

  it.each([
    ['sum(memory) > 0.8', [0.9]],
    ['sum(memory) > 0.95', []],
    ['sum(memory) >= 0.9', [0.9]],
    ['sum(memory) < 5e-1', []],
    ['sum(memory) <= 0.9', [0.9]],
    ['sum(memory) == 0.9', [0.9]],
    ['sum(memory) != 0.9', []],
    ['sum(memory) > 0.95 # most of it', []],
    ['cpu > 2 and sum(memory) > +0.95', []],
    ['sum(memory) > 0.95 or cpu', [0.9]],
    ['sum(memory) > 1h', [0.9]],
    ['memory > bool cpu', [0.9]],
  ])('applies the comparison with a number at the end: %s', async (query, values) => {
    expect(await ask(query)).toEqual(values);
  });

  it('asks for a name in quotes where the answer is about somebody', async () => {
    const names = { names: () => ['checkout-1'] };
    expect(await ask('memory{pod="checkout-1"}', names)).toEqual([0.9]);
    expect(await ask('memory{pod="checkout-12"}', names)).toEqual([]);
  });

  it.each([
    ['before', 59_999, 0, []],
    ['from the first moment', 60_000, 0, [0.9]],
    ['after', 120_000, 0, []],
    ['for longer than it has held', 90_000, 31_000, []],
    ['for as long as it has held', 90_000, 30_000, [0.9]],
  ])('keeps to its times: %s', async (_, atMs, heldForMs, values) => {
    expect(await ask('memory', {}, { atMs, heldForMs })).toEqual(values);
  });

  it('answers with every sample that fits', async () => {
    const answers = [anAnswer(), anAnswer({ value: 2 })];
    expect(await answeringPrometheus(answers, () => 90_000).query('memory')).toEqual([0.9, 2]);
  });
});
