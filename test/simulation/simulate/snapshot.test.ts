import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readSnapshot } from '../../../simulation/simulate/snapshot.ts';

const example = join(import.meta.dirname, '..', '..', '..', 'docs', 'examples', 'snapshot.json');
const list = (...items: object[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
const at = Date.parse('2026-03-02T10:00:00Z');

describe('a snapshot', () => {
  it('holds what kubectl printed: namespaces, nodes, workloads, pods, budgets', () => {
    const snapshot = readSnapshot('snapshot.json', readFileSync(example, 'utf8'));
    expect(snapshot).toMatchObject({
      nodes: [{ name: 'node-a', zone: 'zone-a' }, { name: 'node-b' }, { name: 'node-c' }],
      workloads: [
        { ref: { kind: 'Deployment', namespace: 'shop', name: 'checkout' }, desired: 3 },
        { ref: { kind: 'ReplicaSet' }, owner: { kind: 'Deployment' } },
      ],
      budgets: [{ namespace: 'shop', labels: { app: 'checkout' }, minAvailable: 2 }],
      unseen: [],
    });
    expect(snapshot.namespaces.get('shop')).toEqual({
      labels: { 'kubernetes.io/metadata.name': 'shop' },
      annotations: {},
    });
    expect(snapshot.pods.map(({ isReady }) => isReady)).toEqual([false, true, true]);
  });

  it('is as old as the newest time in it, unless somebody knows better', () => {
    const text = readFileSync(example, 'utf8');
    expect(new Date(readSnapshot('a', text).atMs).toISOString()).toBe('2026-03-02T09:57:12.000Z');
    expect(readSnapshot('a', text, at).atMs).toBe(at);
  });

  it('says what was not listed, and takes a namespace that is named for one without labels', () => {
    const pod = { kind: 'Pod', metadata: { name: 'a-1', namespace: 'shop', uid: '1' } };
    const { unseen, namespaces } = readSnapshot('a', list(pod), at);
    expect(unseen).toEqual(['the labels and annotations of namespace shop', 'the nodes', 'disruption budgets']);
    expect([...namespaces.keys()]).toEqual(['shop']);
  });

  it('keeps ConfigMaps, for the one that pauses', () => {
    const map = { kind: 'ConfigMap', metadata: { name: 'pause', namespace: 'ops' }, data: { paused: 'why' } };
    expect(readSnapshot('a', list(map), at).configMaps.get('ops/pause')).toEqual({ paused: 'why' });
  });

  it.each([
    ['is no JSON', 'kind: List', 'a: is not JSON'],
    [
      'is no list',
      '{"kind":"Pod"}',
      'a: is no List of objects with their kinds; print one with: kubectl get pods,deployments',
    ],
    ['lists things without a kind', '{"items":[{}]}', 'a: is no List'],
    ['is null', 'null', 'a: is no List'],
    ['holds no time', list(), 'a: holds no time; say with --at when it was taken'],
  ])('that %s is refused', (_, text, message) => {
    expect(() => readSnapshot('a', text)).toThrow(message);
  });
});
