import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { orderFault, signOrder } from '../../../domain/guard/order.ts';
import { minutes, now } from '../../support/builders.ts';

const keys = [{ id: 'k1', secret: 'a-key-that-api-and-worker-share-0123456789' }];
const to = { cluster: 'eu', kind: 'reset' } as const;
const said = {
  id: 'r1',
  workload: 'shop/Deployment/checkout',
  who: 'ada',
  why: 'fixed',
  at: new Date(now).toISOString(),
};
const order = signOrder(keys, to, said);
const faultOf = (changes: object, about: object = {}, atMs = now) =>
  orderFault(keys, { ...to, ...about, order: { ...order, ...changes } }, atMs);

describe('an order to the guard', () => {
  it('is obeyed with the api’s signature', () => {
    expect(faultOf({})).toBeUndefined();
  });

  it.each([
    ['by somebody else', { who: 'mallory' }],
    ['for another workload', { workload: 'shop/Deployment/cart' }],
    ['with another id', { id: 'r2' }],
    ['with another reason', { why: 'x' }],
    ['of another time', { at: new Date(now + 1).toISOString() }],
    ['with a further field', { more: true }],
    ['without a signature', { signature: undefined }],
  ])('is not, %s', (_, changes) => {
    expect(faultOf(changes)).toMatch(/^its signature is wrong$|^it has no signature$/);
  });

  it('is not by the guard of another cluster, nor as another kind, nor after an hour, nor without a key', () => {
    expect(faultOf({}, { cluster: 'us' })).toBe('its signature is wrong');
    expect(faultOf({}, { kind: 'resume' })).toBe('its signature is wrong');
    expect(faultOf({}, {}, now + minutes(61))).toBe('its signature is too old');
    expect(orderFault([], { ...to, order }, now)).toContain('MENDFLOW_APPROVAL_KEY');
    expect(signOrder([], to, said)).toBe(said);
  });

  it('of any shape is refused without an exception', () => {
    fc.assert(
      fc.property(fc.anything(), (anything) => {
        expect(orderFault(keys, { ...to, order: anything }, now)).toMatch(
          /^it is empty$|^it has no (id|who|why|at|workload)$/,
        );
      }),
    );
  });
});
