import { describe, expect, it } from '@jest/globals';
import type { Amounts, Occupant, PodNeeds } from '../../../../domain/target/placement/needs.ts';
import { amountsOf, podRequests, roomFault, seatSuffices } from '../../../../domain/target/placement/room.ts';
import { aNode, someNeeds } from '../../../activities/support/builders.ts';

const gib = 1024 ** 3;
const allocatable = { cpu: 2, memory: 4 * gib, pods: 3 };
const taking = (requests: Amounts, changes: Partial<Occupant> = {}): Occupant => ({
  ...{ uid: 'u', namespace: 'shop', labels: { app: 'other' }, requests, hostPorts: [], apart: [] },
  ...changes,
});
const fault = (needs: Partial<PodNeeds>, occupants: Occupant[] = [], node = aNode({ allocatable })) =>
  roomFault(node, occupants, someNeeds(needs));

describe('room on a node', () => {
  it.each([
    ['there is as much as it asks for', { cpu: 1, memory: gib }, undefined],
    ['the last core is just enough', { cpu: 1.5 }, undefined],
    ['there is too little of a core', { cpu: 1.6 }, 'too little cpu free for 1600m'],
    ['there is too little memory', { memory: 4 * gib }, 'too little memory free for 4096Mi'],
    ['the node has no such thing', { 'nvidia.com/gpu': 1 }, 'too little nvidia.com/gpu free for 1'],
    ['it asks for none of what the node lacks', { 'nvidia.com/gpu': 0 }, undefined],
  ])('%s', (_, requests, expected) => {
    expect(fault({ requests }, [taking({ cpu: 0.1, memory: gib }), taking({ cpu: 0.4 })])).toBe(expected);
  });

  it('is for so many pods only', () => {
    const [one, two, three] = [taking({}), taking({}), taking({})];
    expect([fault({}, [one, two]), fault({}, [one, two, three])]).toEqual([undefined, 'too many pods']);
  });

  it('is none where its host port is taken', () => {
    expect(fault({ hostPorts: ['TCP 80'] }, [taking({}, { hostPorts: ['UDP 80'] })])).toBe(undefined);
    expect(fault({ hostPorts: ['TCP 80'] }, [taking({}, { hostPorts: ['TCP 80'] })])).toBe('host port TCP 80 taken');
  });

  it('is none where a pod does not want it', () => {
    const apart = [{ selector: { matchLabels: { app: 'checkout' } }, topologyKey: 'kubernetes.io/hostname' }];
    const jealous = (namespaces?: string[]) =>
      taking({}, { apart: apart.map((term) => ({ ...term, ...(namespaces && { namespaces }) })) });
    expect(fault({}, [jealous(['pay'])])).toBe(undefined);
    for (const one of [jealous(), jealous(['shop'])])
      expect(fault({}, [one])).toBe('pod anti-affinity of a pod that is there');
  });

  it('is not doubted where the node does not say what it has', () => {
    expect(fault({ requests: { cpu: 99 } }, [], aNode())).toBe(undefined);
  });
});

describe('a seat', () => {
  it.each([
    [{ cpu: 0.5 }, true],
    [{ cpu: 0.5, memory: gib }, true],
    [{ cpu: 0.6 }, false],
    [{ disk: 1 }, false],
  ])('of half a core and a gibibyte for %j: %s', (requests, isEnough) => {
    const seat = { node: 'n', uid: 'u', requests: { cpu: 0.5, memory: gib } };
    expect(seatSuffices(seat, someNeeds({ requests }))).toBe(isEnough);
  });
});

describe('what a pod asks for', () => {
  const app = (cpu: number) => ({ kind: 'app' as const, requests: { cpu } });
  it.each([
    ['its containers together', [app(1), app(2)], {}, { cpu: 3 }],
    [
      'its largest init container where that is more',
      [{ kind: 'init' as const, requests: { cpu: 4, disk: 1 } }, app(1)],
      {},
      { cpu: 4, disk: 1 },
    ],
    [
      'its sidecars beside both',
      [{ kind: 'sidecar' as const, requests: { cpu: 1 } }, { kind: 'init' as const, requests: { cpu: 2 } }, app(1)],
      {},
      { cpu: 3 },
    ],
    [
      'what is said of the whole pod, and the overhead',
      [app(1)],
      { ofPod: { cpu: 5 }, overhead: { cpu: 1 } },
      { cpu: 6 },
    ],
  ])('is %s', (_, containers, more, expected) => {
    expect(podRequests(containers, more)).toEqual(expected);
  });

  it('is read from quantities; what cannot be read has room nowhere', () => {
    expect(amountsOf({ a: '250m', b: '1Gi', c: 2, d: '1e3', e: '2E', f: '1Ei', g: '5n' })).toEqual({
      ...{ a: 0.25, b: gib, c: 2, d: 1_000, e: 2e18, f: 1024 ** 6, g: 5e-9 },
    });
    expect(amountsOf({ cpu: 'much' })).toEqual({ cpu: Number.POSITIVE_INFINITY });
    expect(amountsOf()).toEqual({});
  });
});
