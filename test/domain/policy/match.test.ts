import { describe, expect, it } from '@jest/globals';
import { choosePolicy } from '../../../domain/policy/match.ts';
import { anAlert, aPolicy } from '../../support/builders.ts';

describe('choosePolicy', () => {
  const crash = aPolicy({}, 'crash-loop');

  it('takes the policy of highest priority whose matchers all hold, and says why the others lost', () => {
    const strict = aPolicy({ priority: 200 }, 'strict');
    const other = aPolicy({ match: { alerts: ['alertname="Other"'] } }, 'other');
    expect(choosePolicy([crash, other, strict], anAlert())).toMatchObject({
      kind: 'match',
      policy: { metadata: { name: 'strict' } },
      losers: [
        { policy: 'other', why: 'alertname="Other" does not match' },
        { policy: 'crash-loop', why: 'strict has priority 200 before 100' },
      ],
    });
  });

  it('takes the first by name of two that tie', () => {
    expect(choosePolicy([crash, aPolicy({}, 'another')], anAlert())).toMatchObject({
      policy: { metadata: { name: 'another' } },
    });
  });

  it('says that a namespace is outside every scope, rather than that no policy fits', () => {
    const alert = anAlert({ labels: { alertname: 'PodCrashLooping', namespace: 'bank', pod: 'x' } });
    expect(choosePolicy([crash], alert)).toMatchObject({ kind: 'none', reason: 'namespaceNotAllowed' });
    expect(choosePolicy([], alert)).toMatchObject({ kind: 'none', reason: 'noPolicy' });
  });

  it('takes an alert about a node to a policy whose scope has nodes, and to no other', () => {
    const alert = anAlert({ labels: { alertname: 'PodCrashLooping', node: 'node-1' } });
    const forNodes = aPolicy({ scope: { nodes: { pool: 'workers' } } }, 'nodes');
    expect(choosePolicy([crash, forNodes], alert)).toMatchObject({
      kind: 'match',
      policy: { metadata: { name: 'nodes' } },
      losers: [{ policy: 'crash-loop', why: 'nodes are outside its scope', isOutOfScope: true }],
    });
    expect(choosePolicy([crash], alert)).toMatchObject({ kind: 'none', reason: 'namespaceNotAllowed' });
    expect(choosePolicy([forNodes], anAlert()).kind).toBe('none');
  });

  it('never takes a missing namespace for all of them', () => {
    expect(choosePolicy([crash], anAlert({ labels: { alertname: 'PodCrashLooping' } })).kind).toBe('none');
  });
});
