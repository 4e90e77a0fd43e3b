import { describe, expect, it } from '@jest/globals';
import { decidePermits } from '../../../domain/guard/decide.ts';
import type { PermitRequest } from '../../../domain/guard/permit.ts';
import { applyEffects, emptyGuardState, type GuardState } from '../../../domain/guard/state.ts';
import type { Target } from '../../../domain/target/target.ts';
import { aGuardState, aPermitRequest, aTarget, minutes, now, surroundings } from '../../support/builders.ts';
import { ask as askPermit, at, clock } from './ask.ts';

const broken = surroundings({ namespace: { total: 10, unhealthy: 9 } });
/** A request of a run in a namespace where nearly everything is broken. */
const from = (run: string, given: Parameters<typeof aPermitRequest>[0] = {}) =>
  aPermitRequest({
    requestId: `${run}.0`,
    runId: run,
    workflowId: run,
    target: aTarget({ workload: `of-${run}` }),
    surroundings: broken,
    ...given,
  });
const ask = (state: GuardState, request: PermitRequest, min = 0) => {
  const { after, verdict } = askPermit(state, request, at(min));
  return { after, incident: verdict?.kind === 'deny' ? verdict.incident : undefined };
};

describe('an incident', () => {
  it('is spoken about by the run that meets it first, and by no other', () => {
    const first = ask(emptyGuardState(), from('a'));
    expect(first.incident).toEqual({ key: 'maxUnhealthy/namespace/shop', speaker: 'a' });
    const second = ask(first.after, from('b'), 5);
    expect(second.incident).toEqual({ key: 'maxUnhealthy/namespace/shop', speaker: 'a' });
    expect(second.after.incidents).toEqual([
      { key: 'maxUnhealthy/namespace/shop', speaker: 'a', sinceMs: now, lastMs: now + minutes(5) },
    ]);
  });

  it('of another place has a speaker of its own', () => {
    const { after } = ask(emptyGuardState(), from('a'));
    const elsewhere = from('b', { target: aTarget({ namespace: 'bank' }), allowedNamespaces: ['bank'] });
    expect(ask(after, elsewhere).incident).toEqual({ key: 'maxUnhealthy/namespace/bank', speaker: 'b' });
  });

  it('ends when nothing is heard of it for half an hour; the next to meet it speaks', () => {
    const { after } = ask(emptyGuardState(), from('a'));
    expect(ask(after, from('b'), 29).incident?.speaker).toBe('a');
    expect(ask(after, from('b'), 30).incident?.speaker).toBe('b');
  });

  it('that goes on is spoken about again after four hours', () => {
    let state = emptyGuardState();
    const speakers: (string | undefined)[] = [];
    for (let min = 0; min <= 250; min += 25) {
      const { after, incident } = ask(state, from(`at-${min}`), min);
      state = after;
      speakers.push(incident?.speaker);
    }
    expect(speakers).toEqual([...Array(10).fill('at-0'), 'at-250']);
  });

  it('that is a storm is spoken about by the guard itself', () => {
    const storm = { kind: 'open' as const, sinceMs: now, why: 'many', calmSinceMs: now };
    const { incident, after } = ask(aGuardState({ storm }), from('a'));
    expect(incident).toEqual({ key: 'storm', speaker: 'guard/default' });
    expect(after.incidents).toEqual([{ key: 'storm', speaker: 'guard/default', sinceMs: now, lastMs: now }]);
  });

  it('is none where the refusal concerns one run only', () => {
    const { incident, after } = ask(emptyGuardState(), from('a', { allowedNamespaces: [] }));
    expect(incident).toBeUndefined();
    expect(after.incidents).toEqual([]);
  });
});

/** A node that the policy may touch. */
function aNodeTarget(name: string): Target {
  const { pod: _, ...target } = aTarget({ facts: { ownerKind: 'Node', isNodeInScope: true } });
  return { ...target, namespace: '', workload: { kind: 'Node', namespace: '', name, uid: `uid-${name}` } };
}

describe('a node that does not answer', () => {
  const silent = surroundings({ node: 'n1', isNodeSilent: true });
  const onNode = (run: string) => from(run, { surroundings: silent });
  const asked = (state: GuardState, request: PermitRequest, min: number) => {
    const [decision] = decidePermits(state, [{ ...request, requestId: `${request.runId}.${min}` }], {
      ...clock,
      nowMs: now + minutes(min),
    });
    const verdict = decision?.verdict;
    const speaker = verdict?.kind === 'hold' ? verdict.incident?.speaker : verdict?.kind;
    return { after: applyEffects(state, decision?.effects ?? []), speaker };
  };
  const ofNode = (run: string) =>
    from(run, {
      spec: { steps: [{ cordonNode: {} }] },
      surroundings: surroundings(),
      target: aNodeTarget('n1'),
    });

  it('is one incident: eighteen runs of its pods wait, and after two minutes one of them asks a person', () => {
    let state = emptyGuardState();
    const speakers: Record<number, string[]> = {};
    for (const min of [0, 1, 2, 3]) {
      speakers[min] = Array.from({ length: 18 }, (_, run) => {
        const { after, speaker = '' } = asked(state, onNode(`run-${run}`), min);
        state = after;
        return speaker;
      });
    }
    expect(new Set(speakers[0])).toEqual(new Set(['guard/default']));
    expect(new Set(speakers[1])).toEqual(new Set(['guard/default']));
    expect(new Set(speakers[2])).toEqual(new Set(['run-0']));
    expect(new Set(speakers[3])).toEqual(new Set(['run-0']));
    expect(state.storm).toBeUndefined();
    expect(state.alerting.map(({ workload }) => workload)).toEqual(['/Node/n1']);
  });

  it('is spoken about by the run that works on the node, whoever came first', () => {
    const first = asked(emptyGuardState(), onNode('a'), 0);
    const node = asked(first.after, ofNode('of-the-node'), 1);
    expect(node.speaker).toBe('grant');
    const known = asked(node.after, onNode('a'), 2);
    expect(known.speaker).toBe('of-the-node');
    expect(asked(known.after, onNode('b'), 9).speaker).toBe('of-the-node');
  });
});

describe('five of eight nodes under pressure', () => {
  const nodes = { total: 8, notReady: 0, underPressure: 5 };
  const about = (name: string) =>
    from(`of-${name}`, {
      spec: { steps: [{ cordonNode: {} }] },
      surroundings: surroundings({ nodes, workloads: 0 }),
      target: aNodeTarget(name),
    });

  it('are a storm from the first of them on: no node is cordoned, and the guard alone speaks', () => {
    let state = emptyGuardState();
    for (const name of ['n1', 'n2', 'n3', 'n4', 'n5']) {
      const [decision] = decidePermits(state, [about(name)], clock);
      expect(decision?.verdict).toMatchObject({
        kind: 'deny',
        reason: 'storm',
        incident: { speaker: 'guard/default' },
      });
      state = applyEffects(state, decision?.effects ?? []);
    }
    expect(state.storm?.why).toBe('5 of 8 nodes alert or are unhealthy within 5 min');
    expect(state.incidents.map(({ key }) => key)).toEqual(['storm']);
    expect(state.leases).toEqual([]);
  });

  it('are no storm while they are four: one person is asked for all of them', () => {
    const four = { surroundings: surroundings({ nodes: { ...nodes, underPressure: 4 }, workloads: 0 }) };
    const [first, second] = decidePermits(
      emptyGuardState(),
      [
        { ...about('n1'), ...four },
        { ...about('n2'), ...four },
      ],
      clock,
    );
    const incident = { key: 'maxUnhealthy/the nodes', speaker: 'of-n1' };
    expect(first?.verdict).toMatchObject({ kind: 'deny', reason: 'tooManyUnhealthy', incident });
    expect(second?.verdict).toMatchObject({ kind: 'deny', reason: 'tooManyUnhealthy', incident });
  });
});
