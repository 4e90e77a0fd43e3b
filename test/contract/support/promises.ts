import { expect } from '@jest/globals';
import type { Action } from '../../../activities/actions/define-action.ts';
import type { Cluster } from '../../../activities/kubernetes/port.ts';
import type { Target } from '../../../domain/target/target.ts';
import { components } from '../../../sandbox/credentials.ts';
import type { ApiGate } from '../../support/product/api-gate.ts';
import type { Arrangement } from '../actions/scene.ts';
import { actorFor, writesBy } from './acting.ts';
import { aStep, codeOf, remediateOn, type StepOfTest, startRemediate } from './cases.ts';
import type { World } from './world.ts';

/** One action in one place. */
export interface Trial {
  action: Action;
  arrangement: Arrangement;
  world: World;
  gate: Gate;
}

/** The way through which answers get lost. */
export interface Gate extends Pick<ApiGate, 'loseAnswer'> {
  cluster: Cluster;
}

/** A promise that every action keeps wherever it acts. */
export interface ActionPromise {
  that: string;
  isFor?(action: Action): boolean;
  hold(trial: Trial): Promise<void>;
}

let targets = 0;

/** A target that no other test sees, and the step for it. */
export async function set(trial: Trial) {
  return setOn(trial, await arranged(trial));
}

function arranged({ action, arrangement, world }: Trial): Promise<Target> {
  targets += 1;
  return arrangement.arrange(world, `t${targets}-${action.name.toLowerCase()}`);
}

const shared = new Map<Arrangement, Promise<Target>>();

/** A target that several tests may share, since none of them changes it. */
export async function untouched(trial: Trial) {
  const { arrangement } = trial;
  const target = shared.get(arrangement) ?? arranged(trial);
  shared.set(arrangement, target);
  return setOn(trial, await target);
}

async function setOn({ action, arrangement, world }: Trial, target: Target) {
  const { params = {}, writes = 1 } = arrangement;
  const step = aStep(action, target, { params });
  const shows = () => arrangement.shows(world, target);
  return { target, step, writes, shows, actor: await actorFor(world, action) };
}

const anotherUid = '00000000-0000-4000-8000-000000000000';

const renamed = ({ workload, pod, ...rest }: Target, change: { name?: string; uid?: string }): Target => ({
  ...rest,
  workload: { ...workload, ...change },
  ...(pod && { pod: { ...pod, ...change } }),
});

/** Nothing is even asked for. */
async function refused(trial: Trial, change: (step: StepOfTest) => StepOfTest, code: string): Promise<void> {
  const { step, shows, actor } = await untouched(trial);
  const before = await shows();
  expect(await codeOf(remediateOn(actor.cluster, change(step)))).toBe(code);
  expect(actor.asked()).toEqual([]);
  expect(await shows()).toEqual(before);
}

/** What every action promises, whatever it does. */
export const promises: readonly ActionPromise[] = [
  {
    that: 'writes nothing in a dry run',
    async hold(trial) {
      const { step, shows, actor } = await untouched(trial);
      const before = await shows();
      const result = await remediateOn(actor.cluster, { ...step, dryRun: true });
      expect(result).toEqual({ summary: expect.stringContaining('would have'), changed: false });
      expect(actor.asked().filter(({ isDryRun }) => !isDryRun)).toEqual([]);
      expect(await shows()).toEqual(before);
    },
  },
  {
    that: 'done twice is done once',
    async hold(trial) {
      const { step, shows, writes, actor } = await set(trial);
      const before = await shows();
      expect((await remediateOn(actor.cluster, step)).changed).toBe(true);
      expect((await remediateOn(actor.cluster, step, 2)).changed).toBe(false);
      expect(actor.acts()).toHaveLength(writes);
      expect(await shows()).not.toEqual(before);
    },
  },
  {
    that: 'says TARGET_GONE for a target that is not there',
    hold: (trial) =>
      refused(trial, (step) => ({ ...step, target: renamed(step.target, { name: 'nothing-here' }) }), 'TARGET_GONE'),
  },
  {
    that: 'says TARGET_REPLACED for the same name with another uid',
    hold: (trial) =>
      refused(trial, (step) => ({ ...step, target: renamed(step.target, { uid: anotherUid }) }), 'TARGET_REPLACED'),
  },
  {
    that: 'does not begin after its permit has ended',
    hold: (trial) => refused(trial, (step) => ({ ...step, notAfterMs: Date.now() - 1 }), 'LEASE_EXPIRED'),
  },
  {
    that: 'does nothing once it is cancelled',
    async hold(trial) {
      const { step, shows, actor } = await untouched(trial);
      const before = await shows();
      const cancelled = Promise.withResolvers<void>();
      const slow: Cluster = {
        ...actor.cluster,
        getPod: (...args) => cancelled.promise.then(() => actor.cluster.getPod(...args)),
        getWorkload: (...args) => cancelled.promise.then(() => actor.cluster.getWorkload(...args)),
      };
      const run = startRemediate(slow, step);
      run.cancel();
      cancelled.resolve();
      await expect(run.result).rejects.toMatchObject({ name: 'CancelledFailure' });
      expect(actor.asked()).toEqual([]);
      expect(await shows()).toEqual(before);
    },
  },
  {
    that: 'counts once when it was done and the answer was lost',
    async hold(trial) {
      const { writes } = trial.arrangement;
      if (writes === 0) await writesNothing(trial);
      for (let nth = 1; nth <= (writes ?? 1); nth++) await losing(trial, nth);
    },
  },
];

/** The API server is not asked to change anything, so no answer of it can be lost. */
async function writesNothing(trial: Trial): Promise<void> {
  const { step } = await set(trial);
  const seen = writesBy(trial.world, components.worker.user);
  expect((await remediateOn(trial.gate.cluster, step)).changed).toBe(true);
  expect(seen.asked()).toEqual([]);
}

/** Loses the answer to the nth write, and repeats the step as Temporal does. */
async function losing(trial: Trial, nth: number): Promise<void> {
  const { world, gate } = trial;
  const { step, shows, writes } = await set(trial);
  const before = await shows();
  const seen = writesBy(world, components.worker.user);
  let writesToCome = nth;
  gate.loseAnswer((line) => isWrite(line) && --writesToCome === 0);
  expect(await codeOf(remediateOn(gate.cluster, step))).toBe('CLUSTER_UNAVAILABLE');
  expect(seen.acts()).toHaveLength(nth);
  const again = await remediateOn(gate.cluster, step, 2);
  expect(again.changed).toBe(nth < writes);
  expect(seen.acts()).toHaveLength(writes);
  expect(await shows()).not.toEqual(before);
}

const isWrite = (line: string) => !/^GET |\/events(\?|$)|dryRun=All/.test(line);
