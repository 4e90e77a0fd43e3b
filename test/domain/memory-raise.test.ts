import { describe, expect, it } from '@jest/globals';
import { raisedMemory } from '../../domain/memory-raise.ts';

describe('a raised memory limit', () => {
  it.each([
    ['by half', { memoryLimit: '128Mi' }, { byPercent: 50, atMost: '1Gi' }, { limit: '192Mi' }],
    ['in whole mebibytes', { memoryLimit: '5Mi' }, { byPercent: 10, atMost: '1Gi' }, { limit: '6Mi' }],
    ['at the cap, as it is written', { memoryLimit: '900Mi' }, { byPercent: 50, atMost: '1Gi' }, { limit: '1Gi' }],
    ['never rounded above the cap', { memoryLimit: '1Mi' }, { byPercent: 50, atMost: '1500Ki' }, { limit: '1500Ki' }],
    [
      'with the request that equals it, however that is written',
      { memoryLimit: '1Gi', memoryRequest: '1024Mi' },
      { byPercent: 50, atMost: '4Gi' },
      { limit: '1536Mi', request: '1536Mi' },
    ],
    [
      'without a request that is lower',
      { memoryLimit: '1Gi', memoryRequest: '512Mi' },
      { byPercent: 100, atMost: '4Gi' },
      { limit: '2048Mi' },
    ],
  ])('is %s', (_, container, by, bounds) => {
    expect(raisedMemory(container, by)).toEqual(bounds);
  });

  it.each([
    ['there is none', {}, 'has no memory limit'],
    ['it is at the cap', { memoryLimit: '1Gi' }, 'has the memory limit 1Gi, and the policy allows 1024Mi at most'],
    ['it is above the cap', { memoryLimit: '2Gi' }, 'has the memory limit 2Gi, and the policy allows 1024Mi at most'],
    ['it cannot be read', { memoryLimit: '1e9' }, 'has the memory limit 1e9'],
  ])('is refused where %s', (_, container, refusal) => {
    expect(raisedMemory(container, { byPercent: 50, atMost: '1024Mi' })).toEqual({ refusal });
  });
});
