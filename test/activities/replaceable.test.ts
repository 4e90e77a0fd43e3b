import { beforeEach, describe, expect, it } from '@jest/globals';
import { createCensus } from '../../activities/census.ts';
import { mustComeBack, readRooms } from '../../activities/replaceable.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { aNode, aPod, aWorkload, nowMs, someNeeds } from './support/builders.ts';
import { TestCluster } from './support/test-cluster.ts';

let cluster: TestCluster;
beforeEach(() => {
  cluster = new TestCluster();
  cluster.nodes = ['node-1', 'node-2', 'node-3'].map((name) => aNode({ name, allocatable: { cpu: 1, pods: 10 } }));
  cluster.needs = someNeeds({ requests: { cpu: 0.5 } });
});

const deps = () => ({ cluster, census: createCensus(cluster, () => nowMs) });
const daemonSet = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'logs', uid: 'uid-logs' };
const pod = (changes = {}) => mustComeBack(deps(), { kind: 'pod', pod: aPod(changes) });
const template = () =>
  mustComeBack(deps(), { kind: 'template', workload: aWorkload().ref, change: { kind: 'restart' } });
const said = async (asked: Promise<void>) =>
  asked.then(
    () => 'yes',
    (error: MendflowError) => `${error.code}: ${error.message}`,
  );
const cordon = (...names: string[]) => {
  cluster.nodes = cluster.nodes.map((node) => (names.includes(node.name) ? { ...node, isCordoned: true } : node));
};
const occupy = (node: string, cpu: number, uid = `on-${node}`) => {
  const occupant = { uid, namespace: 'pay', labels: {}, requests: { cpu }, hostPorts: [], apart: [] };
  cluster.occupants[node] = [...(cluster.occupants[node] ?? []), occupant];
};
/** No two pods of the workload may be on one node. */
const keepApart = () => {
  const selector = { matchLabels: { app: 'checkout' } };
  cluster.needs = someNeeds({ apart: [{ selector, topologyKey: 'kubernetes.io/hostname', namespaces: ['shop'] }] });
  cluster.nodes = cluster.nodes.map((node) => ({ ...node, labels: { 'kubernetes.io/hostname': node.name } }));
};
const rooms = () => cluster.calls.filter((call) => call.startsWith('listOccupants'));

describe('a pod that is taken', () => {
  it('comes back to the seat that it leaves, and no other node is asked', async () => {
    occupy('node-1', 1);
    expect(await said(pod())).toBe('yes');
    expect(rooms()).toEqual([]);
  });

  it('does not come back where admission refuses it, and the API server’s words are the reason', async () => {
    cluster.refusesPods = 'pods "x" is forbidden: exceeded quota: q';
    expect(await said(pod())).toBe('NOT_REPLACEABLE: Pod shop/checkout-1: pods "x" is forbidden: exceeded quota: q');
  });

  it('finds room on another node when its own takes none', async () => {
    cordon('node-1');
    occupy('node-2', 0.6);
    expect(await said(pod())).toBe('yes');
  });

  it('stays where no other node has room', async () => {
    cordon('node-1', 'node-2');
    occupy('node-3', 0.6);
    expect(await said(pod())).toBe(
      'NOT_REPLACEABLE: Pod shop/checkout-1: no node would take its replacement: 0 of 3 nodes fit: 2 cordoned, 1 too little cpu free for 500m',
    );
  });

  it('does not count itself among those that keep it away', async () => {
    keepApart();
    cluster.pods = [aPod()];
    expect(await said(pod())).toBe('yes');
    cluster.pods = [aPod(), aPod({ name: 'checkout-2' })];
    cordon('node-2', 'node-3');
    expect(await said(pod())).toContain('1 pod anti-affinity does not fit');
    cluster.pods = [aPod(), aPod({ name: 'checkout-2', isTerminating: true })];
    expect(await said(pod())).toBe('yes');
  });

  it('has to come back to the same node when a DaemonSet made it', async () => {
    cordon('node-1');
    expect(await said(pod({ owner: daemonSet }))).toBe(
      'NOT_REPLACEABLE: Pod shop/checkout-1: only node node-1 could take its replacement, and does not: cordoned',
    );
    expect(await said(pod({ owner: daemonSet, nodeName: 'node-9' }))).toContain('does not: gone');
    expect(await said(pod({ owner: daemonSet, nodeName: 'node-2' }))).toBe('yes');
  });

  it('needs nodes that reach its volumes when it cannot stay', async () => {
    cordon('node-1');
    cluster.needs = someNeeds({ claims: ['data'] });
    const nodeTerms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-1'] }] }];
    cluster.reaches = [{ claim: 'data', nodeTerms }];
    expect(await said(pod())).toContain('1 cordoned, 2 volume of claim data cannot be reached'.slice(13));
    cluster.reaches = [{ claim: 'data' }];
    expect(await said(pod())).toBe('yes');
  });

  it('stays if Mendflow has no right to look for room, and the missing right is named', async () => {
    cordon('node-1');
    cluster.before = (call) => {
      if (call.startsWith('listOccupants')) throw new MendflowError('PERMISSION_DENIED', 'pods is forbidden');
    };
    const words = await said(pod());
    expect(words).toMatch(
      /^PERMISSION_DENIED: .*room for the replacement: pods is forbidden; grant Mendflow "list" on pods/,
    );
  });
});

describe('a template that is changed', () => {
  it('fits where one of its pods makes room', async () => {
    expect(await said(template())).toBe('yes');
    expect(rooms()).toEqual([]);
  });

  it('is not kept away by its own pods, which make room', async () => {
    keepApart();
    cluster.pods = [1, 2, 3].map((n) => aPod({ name: `checkout-${n}`, nodeName: `node-${n}` }));
    expect(await said(template())).toBe('yes');
  });

  it('needs room beside its pods where none of them goes first', async () => {
    cluster.pods = [];
    for (const name of ['node-1', 'node-2', 'node-3']) occupy(name, 0.6);
    expect(await said(template())).toContain('3 too little cpu');
    cluster.occupants['node-2'] = [];
    expect(await said(template())).toBe('yes');
  });
});

describe('nodes are asked for their room', () => {
  const names = Array.from({ length: 20 }, (_, index) => `node-${index + 1}`);
  const asked = async () => {
    cluster.calls.length = 0;
    return { said: await said(template()), nodes: rooms().length };
  };
  beforeEach(() => {
    cluster.nodes = names.map((name) => aNode({ name, allocatable: { cpu: 1, pods: 10 } }));
    cluster.pods = [];
  });

  it('in twos while the first ones have some, since each answer holds every pod of a node', async () => {
    expect(await asked()).toEqual({ said: 'yes', nodes: 2 });
    occupy('node-1', 0.6);
    expect(await asked()).toEqual({ said: 'yes', nodes: 2 });
  });

  it('in larger groups the longer none has any, up to eight side by side', async () => {
    for (const name of names.slice(0, 2)) occupy(name, 0.6);
    expect(await asked()).toEqual({ said: 'yes', nodes: 6 });
    for (const name of names.slice(2, 14)) occupy(name, 0.6);
    expect(await asked()).toEqual({ said: 'yes', nodes: 20 });
    for (const name of names.slice(14)) occupy(name, 0.6);
    expect(await asked()).toMatchObject({ said: expect.stringContaining('20 too little cpu'), nodes: 20 });
  });
});

describe('pods that are taken together', () => {
  it('do not get the same room twice', async () => {
    cordon('node-1');
    const together = readRooms(cluster);
    const take = (name: string) =>
      said(mustComeBack(deps(), { kind: 'pod', pod: aPod({ name }) }, { closedNode: 'node-1', rooms: together }));
    expect([await take('a'), await take('b'), await take('c'), await take('d')]).toEqual(Array(4).fill('yes'));
    expect(await take('e')).toContain('2 too little cpu free for 500m');
    // Read once for all of them.
    expect(rooms()).toEqual(['listOccupants node-2', 'listOccupants node-3']);
  });
});
