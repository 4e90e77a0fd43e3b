import { beforeEach, describe, expect, it } from '@jest/globals';
import { takeAway } from '../../../simulation/cluster/controllers.ts';
import { deploy } from '../../../simulation/cluster/deploy.ts';
import type { PodRecord } from '../../../simulation/cluster/records.ts';
import { Store } from '../../../simulation/cluster/store.ts';
import { Slots } from '../../../simulation/policy-test/slots.ts';
import { Clock } from '../../../simulation/temporal/clock.ts';

const key = 'shop/Deployment/checkout';
let store: Store;
let slots: Slots;
let pods: PodRecord[];

beforeEach(() => {
  store = new Store(new Clock(0));
  store.addNode('n1');
  ({ pods } = deploy(store, { namespace: 'shop', name: 'checkout' }));
  slots = new Slots(store);
});

/** The pods that have a place now, by name. */
const named = () => [0, 1, 2, 3].map((place) => slots.podAt(key, place)?.base.ref.name);

/** Takes pods away; resolves when others are there. */
async function replace(...places: number[]) {
  for (const place of places) takeAway(store, pods[place] as PodRecord, 30);
  slots.refresh();
  await store.clock.runUntil(store.clock.nowMs + 10_000);
}

describe('the places of a workload’s pods', () => {
  it('are given in the order in which the pods came', () => {
    expect(named()).toEqual([...pods.map(({ base }) => base.ref.name), undefined]);
  });

  it('stay with their pods while another one goes', async () => {
    const [first, , third] = named();
    await replace(1);
    expect(named()).toEqual([first, undefined, third, undefined]);
  });

  it('are handed on to whoever comes next', async () => {
    const before = named();
    await replace(0, 2);
    slots.refresh();
    const after = named();
    expect(after[1]).toBe(before[1]);
    expect(after.slice(0, 3).every((name) => name !== undefined)).toBe(true);
    expect(after).not.toEqual(before);
  });

  it('are known of pods that are gone, by uid and by name', async () => {
    const { uid, name } = pods[2]?.base.ref ?? { uid: '', name: '' };
    await replace(2);
    slots.refresh();
    expect([slots.placeOf(uid), slots.placeOf(`shop/${name}`), slots.placeOf('shop/nobody')]).toEqual([
      2,
      2,
      undefined,
    ]);
  });
});
