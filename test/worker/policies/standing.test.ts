import { describe, expect, it } from '@jest/globals';
import { judge } from '../../../worker/policies/standing.ts';
import { aResource, badSpec, goodSpec, vocabulary } from './a-resource.ts';

const first = judge(aResource(), undefined, vocabulary);

describe('a policy of the cluster', () => {
  it('is in force when it has no fault', () => {
    expect(first).toMatchObject({ faults: [], inForce: { generation: 1, spec: goodSpec } });
    expect(first.inForce?.policy.metadata.name).toBe('crash-loop');
  });

  it('is refused whole for a fault, and its last good generation stays in force', () => {
    const second = judge(aResource({ generation: 2, spec: { ...badSpec, mode: 'Observe' } }), first, vocabulary);
    expect(second.faults).toEqual([expect.stringMatching(/^spec\.match\.alerts\.0: .*is not a matcher/)]);
    expect(second.inForce).toBe(first.inForce);
  });

  it('names every fault with its field', () => {
    const spec = { ...badSpec, escalation: [{ notify: ['pager'] }] };
    expect(judge(aResource({ spec }), undefined, vocabulary).faults).toEqual([
      expect.stringContaining('spec.match.alerts.0: '),
      expect.stringContaining('spec.escalation.0.notify.0: receiver pager is not configured'),
    ]);
  });

  it('is not in force when no generation of it was ever without a fault', () => {
    expect(judge(aResource({ spec: badSpec }), undefined, vocabulary).inForce).toBeUndefined();
  });

  it('keeps its last good generation for those who were not there, in its status', () => {
    const status = { inForce: { generation: 4, spec: goodSpec } };
    const refused = judge(aResource({ generation: 5, spec: badSpec, status }), undefined, vocabulary);
    expect(refused.inForce).toMatchObject({ generation: 4, spec: goodSpec });
  });

  it('takes nothing from its status that has a fault itself', () => {
    const status = { inForce: { generation: 4, spec: badSpec } };
    expect(judge(aResource({ spec: badSpec, status }), undefined, vocabulary).inForce).toBeUndefined();
  });

  it('inherits nothing from another one of its name', () => {
    const other = aResource({ uid: 'another', spec: badSpec });
    expect(judge(other, first, vocabulary).inForce).toBeUndefined();
  });

  it('is not read again while its generation is the same, whatever its status says', () => {
    const again = aResource({ resourceVersion: '11', status: { matched: 3 } });
    const standing = judge(again, first, vocabulary);
    expect(standing).toEqual({ ...first, resource: again });
    expect(standing.inForce).toBe(first.inForce);
  });
});
