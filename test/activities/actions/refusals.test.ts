import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Action } from '../../../activities/actions/define-action.ts';
import deleteStuckPod from '../../../activities/actions/delete-stuck-pod.ts';
import { actions } from '../../../activities/actions/index.ts';
import rollback from '../../../activities/actions/rollback.ts';
import scale from '../../../activities/actions/scale.ts';
import type { Revision } from '../../../activities/kubernetes/port.ts';
import { policySchema } from '../../../domain/policy/policy.ts';
import type { Pod } from '../../../domain/target/pod.ts';
import type { Workload } from '../../../domain/target/workload.ts';
import { anActionContext } from '../support/action-context.ts';
import { aPod, aWorkload } from '../support/builders.ts';
import { aPolicy } from '../support/cluster-deps.ts';
import { TestCluster } from '../support/test-cluster.ts';

let cluster: TestCluster;
beforeEach(() => {
  cluster = new TestCluster();
});

const run = (action: Action, target: Pod | Workload, params: Record<string, unknown> = {}) =>
  action.run({ ...anActionContext(cluster), target }, params);
const writes = () => cluster.calls.filter((call) => /^(delete|change|set|resize)/.test(call));

const aRevision = (number: number, changes: Partial<Revision> = {}): Revision => ({
  ...{ name: `r${number}`, number, isCurrent: false, createdAtMs: 0, available: 0, images: [`app:${number}`] },
  ...{ content: `${number}`, template: {} },
  ...changes,
});

describe('rollback', () => {
  const act = (target = aWorkload()) => run(rollback, target);

  it('goes to the newest earlier revision that has pods which are well', async () => {
    const current = aRevision(4, { isCurrent: true });
    cluster.revisions = [current, aRevision(3), aRevision(2, { available: 1 }), aRevision(1, { available: 1 })];
    expect((await act()).summary).toBe(
      'rolled Deployment shop/checkout back from revision 4 (app:4) to revision 2 (app:2)',
    );
    expect(writes()).toEqual(['changeWorkload checkout template r2']);
  });

  it('goes to the newest earlier one where none has', async () => {
    cluster.revisions = [aRevision(3, { isCurrent: true }), aRevision(2), aRevision(1)];
    await act();
    expect(writes()).toEqual(['changeWorkload checkout template r2']);
  });

  it.each([
    ['are all the same template', [aRevision(2, { isCurrent: true }), aRevision(1, { content: '2' })]],
    ['are all newer', [aRevision(3), aRevision(2, { isCurrent: true })]],
  ])('refuses where the others %s', async (_, revisions) => {
    cluster.revisions = revisions;
    await expect(act()).rejects.toMatchObject({ code: 'NOT_APPLICABLE' });
    expect(writes()).toEqual([]);
  });

  describe('that wants a change shortly before the fault', () => {
    // The alert of the context began at 09:59.
    const minutesBefore = (minutes: number) => Date.parse('2026-03-01T09:59:00Z') - minutes * 60_000;
    const rolledOut = (minutes: number, older: Partial<Revision> = {}) => {
      const current = aRevision(3, { isCurrent: true, createdAtMs: minutesBefore(minutes) });
      cluster.revisions = [current, aRevision(2, { createdAtMs: minutesBefore(9_000), ...older }), aRevision(1)];
      return run(rollback, aWorkload(), { changedWithinMinutes: 60 });
    };

    it('goes back where there was one', async () => {
      await rolledOut(59);
      expect(writes()).toEqual(['changeWorkload checkout template r2']);
    });

    it.each([
      ['was long before', 61, {}, 'its template was last changed 1h1m before the fault, not within 1h'],
      ['came after the fault', -1, {}, 'its template was changed after the fault had begun'],
      ['was a restart of the same template', 5, { content: '3' }, 'last changed 6d6h before the fault'],
    ])('refuses where the change %s', async (_, minutes, older, why) => {
      await expect(rolledOut(minutes, older)).rejects.toMatchObject({
        ...{ code: 'NOT_APPLICABLE', message: expect.stringContaining(why) },
      });
      expect(writes()).toEqual([]);
    });
  });

  it('waits for a controller that has not seen the latest template', async () => {
    await expect(act(aWorkload({ generation: 3, observedGeneration: 2 }))).rejects.toMatchObject({ code: 'CONFLICT' });
    cluster.revisions = [];
    await expect(act()).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});

describe('deleteStuckPod', () => {
  const owner = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'cart', uid: 'uid-cart' };
  const ref = { kind: 'StatefulSet', namespace: 'shop', name: 'cart', uid: 'uid-cart' };
  const set = { ref, isOrdered: true, updateRevision: 'cart-good' };
  const labels = { 'controller-revision-hash': 'cart-bad' };
  const stuck = { name: 'cart-2', owner, labels, isReady: false };

  it('takes away the pod that blocks, and says of which revision', async () => {
    cluster.workloads = [aWorkload(set)];
    cluster.pods = [aPod(stuck)];
    const { summary } = await run(deleteStuckPod, aPod(stuck));
    expect(summary).toBe('deleted pod shop/cart-2, which blocked the rollout of revision cart-good');
    expect(writes()).toEqual(['deletePod cart-2']);
  });

  it.each([
    ['starts its pods in parallel', { isOrdered: false }, {}],
    ['replaces no pod by itself', { strategy: 'OnDelete' }, {}],
    ['has not seen its latest template', { generation: 3 }, {}],
    ['keeps the old revision for that pod', { partition: 3 }, {}],
    ['has a pod that is well', {}, { isReady: true }],
    ['wants that very revision', { updateRevision: 'cart-bad' }, {}],
    ['is another one of that name', { ref: { ...ref, uid: 'uid-new' } }, {}],
    ['is none', {}, { owner: { ...owner, kind: 'ReplicaSet' } }],
  ])('refuses where the StatefulSet %s', async (_, ofSet, ofPod) => {
    cluster.workloads = [aWorkload({ ...set, ...ofSet })];
    await expect(run(deleteStuckPod, aPod({ ...stuck, ...ofPod }))).rejects.toMatchObject({ code: 'NOT_APPLICABLE' });
    expect(writes()).toEqual([]);
  });
});

describe('scale', () => {
  it.each([
    ['neither a number nor a way to one', {}],
    ['two ways', { replicas: 3, add: 1, max: 5 }],
    ['a way without a cap', { add: 1 }],
    ['zero', { replicas: 0 }],
    ['a factor that adds nothing', { factor: 1, max: 5 }],
  ])('takes no step with %s', async (_, params) => {
    await expect(run(scale, aWorkload(), params)).rejects.toMatchObject({ code: 'INVALID_POLICY' });
  });
});

describe('an action that deletes a pod', () => {
  const schema = policySchema(actions);
  const withSteps = (steps: unknown[]) => {
    const { apiVersion, kind, metadata } = aPolicy();
    const verify = [{ podCondition: { reason: 'OOMKilled' } }];
    const spec = { match: { alerts: ['alertname="X"'] }, scope: { namespaces: ['shop'] }, verify, steps };
    return schema.safeParse({ apiVersion, kind, metadata, spec });
  };

  const deleters = actions.filter(({ permissions }) =>
    permissions.some(({ resources, verbs }) => resources.includes('pods') && verbs.includes('delete')),
  );

  it('is deletePod or deleteStuckPod', () => {
    expect(deleters.map(({ name }) => name)).toEqual(['deletePod', 'deleteStuckPod']);
  });

  it.each(deleters)('is taken by a policy only where a person approves it: $name', ({ name }) => {
    expect(withSteps([{ [name]: {}, approval: 'Required' }]).error).toBe(undefined);
    for (const step of [{ [name]: {} }, { [name]: {}, approval: 'WhenRisky' }]) {
      expect(withSteps([step]).error?.issues).toEqual([
        expect.objectContaining({
          path: ['spec', 'steps', 0, 'approval'],
          message: expect.stringContaining(`must be Required: ${name}`),
        }),
      ]);
    }
  });
});
