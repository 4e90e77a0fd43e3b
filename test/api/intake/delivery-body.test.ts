import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readDelivery } from '../../../api/intake/delivery-body.ts';
import { intakeLimits, UnreadAlert } from '../../../domain/alert/intake.ts';
import { MendflowError } from '../../../domain/run/errors.ts';

const read = (text: string) => readDelivery(Buffer.from(text));
const itemsOf = (text: string) => [...read(text).alerts];

describe('reading a delivery', () => {
  it('finds what JSON.parse finds, whatever is in it and however it is spaced', () => {
    const space = fc.constantFrom(undefined, 1, '\t');
    const name = fc
      .string({ unit: 'binary' })
      .filter((text) => !['alerts', 'receiver', 'truncatedAlerts'].includes(text));
    const body = fc.record({
      before: fc.dictionary(name, fc.jsonValue()),
      receiver: fc.string({ unit: 'binary' }),
      truncatedAlerts: fc.nat(),
      alerts: fc.array(fc.jsonValue({ maxDepth: 5 })),
    });
    fc.assert(
      fc.property(body, space, ({ before, ...webhook }, indent) => {
        const text = JSON.stringify({ ...before, ...webhook, last: 1 }, null, indent);
        const { kind, receiver, truncatedAlerts, alerts } = read(text);
        const { alerts: expected, ...head } = JSON.parse(text);
        expect({ kind, receiver, truncatedAlerts }).toEqual({
          kind: 'webhook',
          receiver: head.receiver,
          truncatedAlerts: head.truncatedAlerts,
        });
        expect([...alerts]).toEqual(expected);
      }),
    );
  });

  it('never throws anything but INVALID_ALERT, whatever the bytes', () => {
    const part = fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', '"alerts"', '1', ' ', 'x', '\u0000');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
        try {
          itemsOf(parts.join(''));
        } catch (error) {
          expect(error).toMatchObject({ code: 'INVALID_ALERT' });
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes a list as Prometheus sends it, and a byte order mark', () => {
    expect(read('\uFEFF[{"a":1}, 2]')).toMatchObject({ kind: 'list' });
    expect(itemsOf('\uFEFF[{"a":1}, 2]')).toEqual([{ a: 1 }, 2]);
  });

  it.each([
    ['nothing', ''],
    ['a text', '"alerts"'],
    ['no alerts', '{"version":"4"}'],
    ['alerts that are no list', '{"alerts":{}}'],
    ['a list that is not closed', '{"alerts":[{}'],
    ['a string that is not closed', '{"alerts":["\\"'],
    ['a field without a value', '{"alerts":}'],
    ['two values without a comma', '{"alerts":[1 2]}'],
    ['something behind its end', '{"alerts":[]} x'],
    ['more alerts than one delivery may hold', `{"alerts":[${'0,'.repeat(intakeLimits.alerts)}0]}`],
  ])('refuses %s', (_what, text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'INVALID_ALERT' }));
  });

  it('passes over fields that nobody reads, whatever they hold, and over a head of the wrong kind', () => {
    const text = '{"x":[tru,{"a":1]],"receiver":7,"truncatedAlerts":-1,"truncatedAlerts":1.5,"alerts":[1]}';
    expect(read(text)).not.toHaveProperty('receiver');
    expect(itemsOf(text)).toEqual([1]);
  });

  it.each([
    ['of thousands of values', `{"x":[${'[],'.repeat(3_000)}[]]}`, 'tooLarge'],
    ['nested deeper than anybody writes', `${'['.repeat(100)}${']'.repeat(100)}`, 'invalid'],
    ['that is broken inside', '{"labels":{]}', 'invalid'],
  ])('does not parse one alert %s, and reads the others', (_what, item, reason) => {
    expect(itemsOf(`{"alerts":[1,${item},2]}`)).toEqual([1, new UnreadAlert(reason as 'invalid'), 2]);
  });

  it('counts what an alert costs in memory, so that many small ones are not cheaper than few large ones', () => {
    expect(read('{"alerts":[{},{}]}').values).toBeGreaterThanOrEqual(60);
    expect(read(`{"alerts":[{"a":[${'[],'.repeat(99)}[]]}]}`).values).toBeGreaterThanOrEqual(200);
  });
});

describe('the work of reading a body', () => {
  /** Reads of a byte for each byte of the body. */
  const readsPerByte = 8;
  const pieces = [
    '{',
    '}',
    '[',
    ']',
    '"',
    '\\',
    ',',
    ':',
    ' ',
    '1',
    '{"a":',
    '"a":[',
    '{},',
    '[],',
    '"a",',
    '"\\"',
    '{"alerts":[',
  ];

  /** How often a byte was read until the body was read or refused. */
  function readsFor(text: string): number {
    let reads = 0;
    const bytes = new Proxy(Buffer.from(text), {
      get(target, key) {
        if (typeof key === 'string' && /^\d+$/.test(key)) reads += 1;
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    try {
      readDelivery(bytes);
    } catch (error) {
      expect(error).toBeInstanceOf(MendflowError);
    }
    return reads;
  }

  it('stays in proportion to the body, whatever the body is', () => {
    const starts = fc.constantFrom('', '[', '{"alerts":[', '{"a":');
    const parts = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(starts, parts, fc.integer({ min: 1, max: 400 }), (start, repeated, times) => {
        const text = start + repeated.join('').repeat(times);
        expect(readsFor(text)).toBeLessThanOrEqual(readsPerByte * text.length + 50);
      }),
      { numRuns: 500 },
    );
  });
});
