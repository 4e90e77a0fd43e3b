import { describe, expect, it } from '@jest/globals';
import { fitsOnceReleased, quotaUse } from '../../../../domain/target/placement/quota.ts';

const refusal = (requested: string, used: string, limited: string) =>
  `403 pods "checkout-" is forbidden: exceeded quota: q, requested: ${requested}, used: ${used}, limited: ${limited}`;
const held = quotaUse({ cpu: 0.5, memory: 256 * 1024 ** 2 }, { memory: 512 * 1024 ** 2 });

describe('a quota that refuses the fresh pod', () => {
  it.each([
    ['takes it when the old one is gone', refusal('pods=1', 'pods=3', 'pods=3'), true],
    [
      'by every resource',
      refusal('limits.memory=512Mi,pods=1', 'limits.memory=1536Mi,pods=3', 'limits.memory=1536Mi,pods=3'),
      true,
    ],
    ['by the short names too', refusal('cpu=500m', 'cpu=1', 'cpu=1'), true],
    ['not while more is used than it allows', refusal('pods=1', 'pods=5', 'pods=3'), false],
    [
      'not where the fresh one asks for more',
      refusal('requests.memory=512Mi', 'requests.memory=1Gi', 'requests.memory=1Gi'),
      false,
    ],
    ['not for what the old one does not hold', refusal('limits.cpu=1', 'limits.cpu=1', 'limits.cpu=1'), false],
    ['not where its words are cut', 'exceeded quota: q, requested: pods=1, used: pods=3', false],
    ['not where a number cannot be read', refusal('pods=1', 'pods=many', 'pods=3'), false],
    ['not where a limit cannot be read', refusal('pods=1', 'pods=3', 'pods=many'), false],
    ['not for any other refusal', 'failed quota: q: must specify limits.cpu for: app', false],
  ])('%s', (_, words, expected) => {
    expect(fitsOnceReleased(words, held)).toBe(expected);
  });

  it('is read in linear time', () => {
    const startedMs = performance.now();
    fitsOnceReleased(`exceeded quota: q, requested: ${'a'.repeat(200_000)}, used`.repeat(5), held);
    expect(performance.now() - startedMs).toBeLessThan(200);
  });
});
