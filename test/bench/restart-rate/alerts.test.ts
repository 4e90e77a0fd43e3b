import { describe, expect, it } from '@jest/globals';
import { createAlerts, type Notice } from '../../../bench/restart-rate/alerts.ts';

/** Every notice of the time, with its second, when these pods wait at these seconds. */
function noticesOf(waitingAt: (second: number) => string[], lastSecond: number): [second: number, notice: Notice][] {
  const alerts = createAlerts();
  return Array.from({ length: lastSecond + 1 }, (_, second) => second).flatMap((second) => {
    const notice = alerts.step(second * 1_000, waitingAt(second));
    return notice === undefined ? [] : [[second, notice] as [number, Notice]];
  });
}

const hours = (count: number) => count * 3_600;

describe('the alert on a crash loop', () => {
  it('fires after its minute, and is sent after the wait of its group', () => {
    expect(noticesOf(() => ['a'], 300)).toEqual([[70, { firing: ['a'], resolved: [] }]]);
  });

  it('does not fire for a pod that did not wait long enough', () => {
    expect(noticesOf((second) => (second < 50 ? ['a'] : []), 300)).toEqual([]);
  });

  it('is repeated after hours only', () => {
    const [first, second] = noticesOf(() => ['a'], hours(5));
    expect([first?.[0], second?.[0]]).toEqual([70, hours(4) + 70]);
  });

  it('tells of a pod that took the place with the next flush, and that the first one’s has ended', () => {
    const notices = noticesOf((second) => (second < 100 ? ['a'] : ['b']), 400);
    expect(notices).toEqual([
      [70, { firing: ['a'], resolved: [] }],
      [130, { firing: [], resolved: ['a'] }],
      [175, { firing: ['b'], resolved: [] }],
    ]);
  });

  it('carries the alerts that still fire beside the new one', () => {
    const notices = noticesOf((second) => (second < 30 ? ['a'] : ['a', 'b']), 300);
    expect(notices.at(-1)).toEqual([130, { firing: ['a', 'b'], resolved: [] }]);
  });
});
