import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Action } from '../../activities/actions/define-action.ts';
import { actions } from '../../activities/actions/index.ts';
import { basePermissions } from '../../activities/kubernetes/permissions.ts';
import { restartAnnotation } from '../../activities/kubernetes/port.ts';
import type { Target } from '../../domain/target.ts';
import { aStep, aTarget, codeOf, refOf, remediateOn } from './support/cases.ts';
import { appsPath, corePath, namespace, type RawObject, startWorld, until, type World } from './support/world.ts';

const folder = join(import.meta.dirname, '../../activities/actions');
const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const actionNamed = (name: string) => actions.find((action) => action.name === name) as Action;

let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 60_000);
afterAll(async () => {
  await world.stop();
});

/** A fresh Deployment of its own and one of its pods: no test sees another's acts. */
async function freshTarget(app: string): Promise<Target> {
  const workload = await world.deploy('Deployment', app);
  await until(`${app} is ready`, async () => {
    const live = await world.api.call<RawObject>('GET', appsPath('Deployment', app));
    return live.status.readyReplicas === 3;
  });
  const [pod] = await world.pods(app);
  return aTarget(refOf('Deployment', workload), pod && refOf('Pod', pod));
}

/** What an act leaves behind: the pods there are, and the workload's generation. */
async function footprint(app: string) {
  const live = await world.api.call<RawObject>('GET', appsPath('Deployment', app));
  const uids = (await world.pods(app)).map(({ metadata }) => metadata.uid).sort();
  return { uids, generation: live.metadata.generation };
}

/** Our writes to an object since the start, as the API server's own audit log has them. */
function ourWritesTo(name: string): string[] {
  const lines = readFileSync(world.sandbox.kubernetes.auditLog ?? '', 'utf8')
    .trim()
    .split('\n');
  return lines
    .map((line) => JSON.parse(line) as { verb: string; requestURI: string; objectRef?: { name?: string } })
    .filter(({ requestURI, objectRef }) => objectRef?.name === name && requestURI.includes('fieldManager=mendflow'))
    .map(({ verb }) => verb);
}

describe('every action of the registry', () => {
  it('stands in the file of its name, and every file stands in the registry', () => {
    const sources = readdirSync(folder).filter((file) => file.endsWith('.ts'));
    const files = sources.filter((file) => !['index.ts', 'define-action.ts'].includes(file));
    expect(actions.map(({ name }) => `${kebab(name)}.ts`)).toEqual(files.sort());
  });

  it.each(actions)('$name is valid with its defaults and says what each parameter means', ({ params }) => {
    expect(params.safeParse({}).success).toBe(true);
    for (const field of Object.values(params.shape)) expect(field.description).toEqual(expect.any(String));
  });

  it.each(actions)('$name writes nothing in a dry run', async (action) => {
    const app = `dry-${kebab(action.name)}`;
    const target = await freshTarget(app);
    const before = await footprint(app);
    const result = await remediateOn(world.cluster, aStep(action, target, { dryRun: true }));
    expect(result).toEqual({ summary: expect.stringContaining('would have'), changed: false });
    expect(await footprint(app)).toEqual(before);
  });

  it.each(actions)('$name done twice is done once', async (action) => {
    const app = `twice-${kebab(action.name)}`;
    const target = await freshTarget(app);
    const step = aStep(action, target);
    expect((await remediateOn(world.cluster, step)).changed).toBe(true);
    expect((await remediateOn(world.cluster, step, 2)).changed).toBe(false);
    const acted = action.targets.includes('Pod') ? target.pod : target.workload;
    expect(ourWritesTo(acted?.name ?? '')).toHaveLength(1);
  });

  it.each(actions)('$name says TARGET_GONE for a target that is not there', async (action) => {
    const target = await freshTarget(`gone-${kebab(action.name)}`);
    const missing = { ...target.workload, name: 'nothing-here' };
    const code = await codeOf(remediateOn(world.cluster, aStep(action, aTarget(missing, { ...missing, kind: 'Pod' }))));
    expect(code).toBe('TARGET_GONE');
  });

  it.each(actions)(
    '$name says TARGET_REPLACED for the same name with another uid, and touches nothing',
    async (action) => {
      const app = `other-${kebab(action.name)}`;
      const target = await freshTarget(app);
      const before = await footprint(app);
      const uid = '00000000-0000-4000-8000-000000000000';
      const stale = aTarget({ ...target.workload, uid }, target.pod && { ...target.pod, uid });
      expect(await codeOf(remediateOn(world.cluster, aStep(action, stale)))).toBe('TARGET_REPLACED');
      expect(await footprint(app)).toEqual(before);
    },
  );

  it.each(actions)('$name does not begin after its permit has ended', async (action) => {
    const app = `late-${kebab(action.name)}`;
    const target = await freshTarget(app);
    const before = await footprint(app);
    const late = aStep(action, target, { notAfterMs: Date.now() - 1 });
    expect(await codeOf(remediateOn(world.cluster, late))).toBe('LEASE_EXPIRED');
    expect(await footprint(app)).toEqual(before);
  });

  it.each(actions)('$name needs exactly the permissions that it declares', async (action) => {
    const name = kebab(action.name);
    const target = await freshTarget(`rights-${name}`);
    const reader = await world.clusterAs(`reader-${name}`, basePermissions);
    expect(await codeOf(remediateOn(reader, aStep(action, target)))).toBe('PERMISSION_DENIED');
    const actor = await world.clusterAs(`actor-${name}`, [...basePermissions, ...action.permissions]);
    expect((await remediateOn(actor, aStep(action, target))).changed).toBe(true);
  });

  it.each(actions.filter(({ targets }) => targets.includes('Workload')))(
    '$name has no permission for a kind that it does not need',
    async (action) => {
      for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet'] as const) {
        const app = `kind-${kind.toLowerCase()}`;
        const workload = await world.deploy(kind, app);
        const others = action.permissions.map((rule) => ({
          ...rule,
          resources: rule.resources.filter((resource) => resource !== `${kind.toLowerCase()}s`),
        }));
        const less = await world.clusterAs(`less-${app}`, [...basePermissions, ...others]);
        const full = await world.clusterAs(`full-${app}`, [...basePermissions, ...action.permissions]);
        const step = aStep(action, aTarget(refOf(kind, workload)));
        expect(await codeOf(remediateOn(less, step))).toBe('PERMISSION_DENIED');
        expect(await codeOf(remediateOn(full, step))).toBe('none');
      }
    },
  );
});

describe('evictPod', () => {
  const evictPod = actionNamed('evictPod');

  it('starts a fresh pod in the place of the evicted one', async () => {
    const target = await freshTarget('fresh');
    await remediateOn(world.cluster, aStep(evictPod, target));
    await until('three pods without the evicted one', async () => {
      const pods = await world.pods('fresh');
      return pods.length === 3 && pods.every(({ metadata }) => metadata.uid !== target.pod?.uid);
    });
  });

  it('takes a pod that vanished after a lost answer for its own act', async () => {
    const target = await freshTarget('lost-answer');
    const step = aStep(evictPod, target);
    await remediateOn(world.cluster, step);
    await until('the pod is gone', async () => {
      return (await world.pods('lost-answer')).every(({ metadata }) => metadata.uid !== target.pod?.uid);
    });
    const again = await remediateOn(world.cluster, step, 2);
    expect(again).toEqual({ summary: expect.stringContaining('an earlier attempt'), changed: false });
    expect(await world.pods('lost-answer')).toHaveLength(3);
  });

  it('is blocked by a disruption budget that allows no disruption', async () => {
    const target = await freshTarget('guarded');
    await applyBudget('guarded', 'guarded');
    expect(await codeOf(remediateOn(world.cluster, aStep(evictPod, target)))).toBe('EVICTION_BLOCKED');
    expect(await codeOf(world.cluster.getPod(namespace, target.pod?.name ?? ''))).toBe('none');
  });

  it('is blocked by two budgets for one pod, which the API never allows', async () => {
    const target = await freshTarget('doubly');
    await applyBudget('doubly-1', 'doubly');
    await applyBudget('doubly-2', 'doubly');
    expect(await codeOf(remediateOn(world.cluster, aStep(evictPod, target)))).toBe('BUDGETS_CONFLICT');
  });

  it('refuses parameters that it cannot read, and touches nothing', async () => {
    const target = await freshTarget('odd');
    const { step, ...input } = aStep(evictPod, target);
    const odd = { ...input, step: { ...step, params: { gracePeriodSeconds: 'soon' } } };
    expect(await codeOf(remediateOn(world.cluster, odd))).toBe('INVALID_POLICY');
    expect(ourWritesTo(target.pod?.name ?? '')).toEqual([]);
  });

  it('never takes away a pod with another uid, not even when it is replaced between the read and the act', async () => {
    const { pod } = await freshTarget('swapped');
    if (pod === undefined) throw new Error('no pod');
    const stale = { ...pod, uid: '00000000-0000-4000-8000-000000000000' };
    const code = await codeOf(world.cluster.evictPod(stale, { gracePeriodSeconds: 0, dryRun: false }));
    // The API server may try again for longer than our deadline before it says so.
    expect(['TARGET_REPLACED', 'CLUSTER_UNAVAILABLE']).toContain(code);
    expect((await world.pods('swapped')).map(({ metadata }) => metadata.uid)).toContain(pod.uid);
  }, 30_000);

  it('needs a pod', async () => {
    const { workload } = await freshTarget('podless');
    expect(await codeOf(remediateOn(world.cluster, aStep(evictPod, aTarget(workload))))).toBe('NOT_APPLICABLE');
  });

  it('leaves alone a pod whose fault is gone', async () => {
    const target = await freshTarget('cured');
    const checks = [{ podCondition: { reason: 'OOMKilled' as const, restartsAtLeast: 0 } }];
    expect(await codeOf(remediateOn(world.cluster, aStep(evictPod, target, { checks })))).toBe('FAULT_GONE');
  });

  it('leaves alone a pod that was labelled out a moment ago', async () => {
    const target = await freshTarget('labelled');
    const content = { metadata: { labels: { 'mendflow.dev/remediation': 'disabled' } } };
    await world.api.call('PATCH', corePath('pods', target.pod?.name), {
      type: 'application/merge-patch+json',
      content,
    });
    expect(await codeOf(remediateOn(world.cluster, aStep(evictPod, target)))).toBe('NOT_APPLICABLE');
  });

  async function applyBudget(name: string, app: string) {
    const spec = { minAvailable: 3, selector: { matchLabels: { app } } };
    await world.api.apply([
      { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name, namespace }, spec },
    ]);
    const path = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets/${name}`;
    await until('the budget is counted', async () => {
      const budget = await world.api.call<{ status?: { currentHealthy?: number } }>('GET', path);
      return budget.status?.currentHealthy === 3;
    });
  }
});

describe('rolloutRestart', () => {
  const rolloutRestart = actionNamed('rolloutRestart');
  const tokenOf = async (app: string) => {
    const live = await world.api.call<RawObject>('GET', appsPath('Deployment', app));
    return live.spec.template?.metadata.annotations?.[restartAnnotation];
  };

  it('replaces every pod of the workload once for each token', async () => {
    const app = 'restarted';
    const target = await freshTarget(app);
    const before = await footprint(app);
    await remediateOn(world.cluster, aStep(rolloutRestart, target));
    expect(await tokenOf(app)).toBe('run-1.0');
    await until('all pods are new', async () => {
      const { uids } = await footprint(app);
      return uids.length === 3 && uids.every((uid) => !before.uids.includes(uid));
    });
    const { generation } = await footprint(app);
    expect((await remediateOn(world.cluster, aStep(rolloutRestart, target))).changed).toBe(false);
    expect((await footprint(app)).generation).toBe(generation);
    await remediateOn(world.cluster, aStep(rolloutRestart, target, { token: 'run-1.1' }));
    expect(await tokenOf(app)).toBe('run-1.1');
  });

  it('does not fit a paused Deployment, an OnDelete strategy or a bare ReplicaSet', async () => {
    const halted = await world.deploy('Deployment', 'halted');
    const type = 'application/merge-patch+json';
    await world.api.call('PATCH', appsPath('Deployment', 'halted'), { type, content: { spec: { paused: true } } });
    const onDelete = await world.deploy('DaemonSet', 'by-hand', { updateStrategy: { type: 'OnDelete' } });
    const bare = await world.deploy('ReplicaSet', 'bare');
    for (const [kind, object] of [
      ['Deployment', halted],
      ['DaemonSet', onDelete],
      ['ReplicaSet', bare],
    ] as const) {
      const step = aStep(rolloutRestart, aTarget(refOf(kind, object)));
      expect(await codeOf(remediateOn(world.cluster, step))).toBe('NOT_APPLICABLE');
    }
  });

  it('writes the same for the same step, so that two at once are one rollout', async () => {
    const { workload } = await freshTarget('raced');
    const mark = { token: 'run-1.0', atMs: 0, dryRun: false };
    await Promise.all([world.cluster.restartWorkload(workload, mark), world.cluster.restartWorkload(workload, mark)]);
    expect((await footprint('raced')).generation).toBe(2);
  });

  it('never restarts a workload with another uid, not even when it is replaced between the read and the act', async () => {
    const { workload } = await freshTarget('reborn');
    const stale = { ...workload, uid: '00000000-0000-4000-8000-000000000000' };
    const code = await codeOf(world.cluster.restartWorkload(stale, { token: 'run-1.0', atMs: 0, dryRun: false }));
    expect(code).toBe('TARGET_REPLACED');
    expect((await footprint('reborn')).generation).toBe(1);
  });
});
