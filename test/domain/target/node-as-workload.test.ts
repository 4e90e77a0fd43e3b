import { describe, expect, it } from '@jest/globals';
import { healthOf } from '../../../domain/target/health.ts';
import { nodeAsWorkload } from '../../../domain/target/node-as-workload.ts';
import { aNode } from '../../activities/support/builders.ts';

const condition = (type: string, status: string) => ({ type, status, reason: 'Because', message: '' });

describe('a node in a workload’s place', () => {
  it('has no namespace and wants to be Ready once', () => {
    const conditions = [condition('Ready', 'True')];
    expect(nodeAsWorkload(aNode({ conditions, isCordoned: true, labels: { pool: 'a' } }))).toMatchObject({
      ref: { kind: 'Node', namespace: '', name: 'node-1', uid: 'uid-node-1' },
      labels: { pool: 'a' },
      isPaused: true,
      desired: 1,
      counts: { ready: 1, available: 1 },
      conditions,
    });
  });

  it('counts none as ready while the node is not', () => {
    expect(nodeAsWorkload(aNode({ isReady: false })).counts).toMatchObject({ ready: 0, available: 0 });
  });

  it.each([
    ['Ready and without pressure', [condition('Ready', 'True'), condition('DiskPressure', 'False')], 'healthy'],
    ['Ready and cordoned by somebody', [condition('Ready', 'True')], 'healthy'],
    ['not heard of', [condition('Ready', 'Unknown')], 'progressing'],
    ['short of memory', [condition('Ready', 'True'), condition('MemoryPressure', 'True')], 'progressing'],
    ['without any condition yet', [], 'progressing'],
  ])('is judged when it is %s', (_, conditions, kind) => {
    expect(healthOf(nodeAsWorkload(aNode({ conditions, isCordoned: true })), []).kind).toBe(kind);
  });

  it('names the condition that is wrong', () => {
    const pressed = aNode({ conditions: [condition('Ready', 'True'), condition('DiskPressure', 'True')] });
    expect(healthOf(nodeAsWorkload(pressed), [])).toEqual({ kind: 'progressing', why: 'it shows DiskPressure' });
    expect(healthOf(nodeAsWorkload(aNode({ conditions: [condition('Ready', 'Unknown')] })), [])).toEqual({
      kind: 'progressing',
      why: 'it is not Ready (Because)',
    });
  });
});
