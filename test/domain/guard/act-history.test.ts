import { describe, expect, it } from '@jest/globals';
import { actTimes, forgetActs, remembered, rememberedWorkloads } from '../../../domain/guard/act-history.ts';
import { minutes, now } from '../../support/builders.ts';

const cart = 'shop/Deployment/cart';
const checkout = 'shop/Deployment/checkout';
const daysAgo = (days: number) => now - days * 86_400_000;
const acts = (workload: string, ...times: number[]) => times.map((atMs) => ({ workload, atMs }));

describe('the history of acts', () => {
  it('gives back when a workload was acted on, oldest first', () => {
    const first = remembered({}, acts(checkout, daysAgo(2), daysAgo(3)), now);
    const second = remembered(first, acts(checkout, daysAgo(1)), now);
    expect(actTimes(second, checkout)).toEqual([daysAgo(3), daysAgo(2), daysAgo(1)]);
  });

  it('is read by a person with some patience', () => {
    const history = remembered({}, [...acts(cart, daysAgo(2)), ...acts(checkout, daysAgo(2), daysAgo(1))], now);
    expect(history).toEqual({ 'shop/Deployment': 'cart hl2go,checkout hl2gohl3ko' });
  });

  it('rounds up to the minute, so that no period is over too soon', () => {
    const atMs = daysAgo(2);
    const times = (ms: number) => actTimes(remembered({}, acts(checkout, atMs + ms), now), checkout);
    expect([times(0), times(1), times(59_999), times(60_000)].flat()).toEqual([
      atMs,
      atMs + 60_000,
      atMs + 60_000,
      atMs + 60_000,
    ]);
  });

  it('keeps a week and no longer, counted when it is written', () => {
    const week = daysAgo(7);
    const kept = (atMs: number) => actTimes(remembered({}, acts(checkout, atMs), now), checkout);
    expect(kept(week)).toEqual([]);
    expect(kept(week + 1)).toEqual([week + 60_000]);
    const history = remembered({}, [...acts(checkout, daysAgo(6), daysAgo(2)), ...acts(cart, daysAgo(6))], now);
    const later = remembered(history, acts('bank/StatefulSet/ledger', now), now + minutes(24 * 60));
    expect(actTimes(later, checkout)).toEqual([daysAgo(2)]);
    expect(rememberedWorkloads(later)).toEqual([checkout, 'bank/StatefulSet/ledger']);
  });

  it('is the very same while nothing is added', () => {
    const history = remembered({}, acts(checkout, daysAgo(2)), now);
    expect(remembered(history, [], now + minutes(1_000_000))).toBe(history);
  });

  it('knows workloads apart whose names begin or end alike', () => {
    const names = ['cart', 'cart-2', 'my-cart', 'art'].map((name) => `shop/Deployment/${name}`);
    const all = names.flatMap((name, index) => acts(name, daysAgo(index + 1)));
    const history = remembered(
      {},
      [...all, ...acts('bank/Deployment/cart', now), ...acts('shop/StatefulSet/cart', now)],
      now,
    );
    for (const [index, name] of names.entries()) expect(actTimes(history, name)).toEqual([daysAgo(index + 1)]);
    expect(actTimes(history, 'shop/Deployment/car')).toEqual([]);
    expect(actTimes(history, 'shop/DaemonSet/cart')).toEqual([]);
  });

  it.each(['constructor/Deployment/constructor', 'valueof/Deployment/hasownproperty'])(
    'takes %s for a name like others',
    (name) => {
      expect(actTimes({}, name)).toEqual([]);
      expect(forgetActs({}, name)).toEqual({});
      const history = remembered({}, acts(name, daysAgo(1)), now);
      expect(actTimes(JSON.parse(JSON.stringify(history)), name)).toEqual([daysAgo(1)]);
    },
  );

  it('forgets one workload and leaves its neighbours', () => {
    const history = remembered({}, [...acts(cart, daysAgo(1)), ...acts(checkout, daysAgo(2))], now);
    const forgotten = forgetActs(history, checkout);
    expect(actTimes(forgotten, checkout)).toEqual([]);
    expect(actTimes(forgotten, cart)).toEqual([daysAgo(1)]);
    expect(forgetActs(forgotten, cart)).toEqual({});
    expect(forgetActs(forgotten, 'bank/Deployment/x')).toEqual(forgotten);
  });

  it('does not change what it was given', () => {
    const history = Object.freeze(remembered({}, acts(checkout, daysAgo(1)), now));
    remembered(history, acts(cart, daysAgo(1)), now);
    expect(forgetActs(history, checkout)).toEqual({});
    expect(rememberedWorkloads(history)).toEqual([checkout]);
  });
});
