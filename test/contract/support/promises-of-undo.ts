import { expect } from '@jest/globals';
import type { RemediateResult } from '../../../activities/contract.ts';
import { codeOf, remediateOn, undoOn } from './cases.ts';
import { type ActionPromise, set, type Trial, untouched } from './promises.ts';
import { until } from './world.ts';

/** Repeats an undo while a controller has not seen the act yet, as Temporal does. */
export async function untilSettled(undo: () => Promise<RemediateResult>): Promise<RemediateResult> {
  let latest: Promise<RemediateResult> | undefined;
  await until('the act is seen by its controller', async () => {
    latest = undo();
    return (await codeOf(latest)) !== 'CONFLICT';
  });
  return latest ?? undo();
}

const isFor: ActionPromise['isFor'] = ({ undo }) => undo !== undefined;

/** What every action promises that can be taken back. */
export const promisesOfUndo: readonly ActionPromise[] = [
  {
    that: 'is taken back to what it was, once',
    isFor,
    async hold(trial) {
      const { step, shows, actor } = await set(trial);
      const before = await shows();
      await remediateOn(actor.cluster, step);
      expect(await shows()).not.toEqual(before);
      expect((await untilSettled(() => undoOn(actor.cluster, step))).changed).toBe(true);
      expect(await shows()).toEqual(before);
      const { length } = actor.acts();
      expect((await untilSettled(() => undoOn(actor.cluster, step))).changed).toBe(false);
      expect(actor.acts()).toHaveLength(length);
    },
  },
  {
    that: 'has nothing to take back of a step that never happened',
    isFor,
    async hold(trial) {
      const { step, shows, actor } = await untouched(trial);
      const before = await shows();
      expect((await undoOn(actor.cluster, step)).changed).toBe(false);
      expect(actor.asked()).toEqual([]);
      expect(await shows()).toEqual(before);
    },
  },
  {
    that: 'leaves alone what somebody else changed since',
    isFor,
    async hold(trial: Trial) {
      const { world, arrangement } = trial;
      const { target, step, shows, actor } = await set(trial);
      await remediateOn(actor.cluster, step);
      const { length } = actor.acts();
      expect(arrangement.meddle).toEqual(expect.any(Function));
      await arrangement.meddle?.(world, target);
      const theirs = await shows();
      const undone = untilSettled(() => undoOn(actor.cluster, step)).then(({ changed }) => expect(changed).toBe(false));
      expect(['none', 'NOT_APPLICABLE']).toContain(await codeOf(undone));
      expect(await shows()).toEqual(theirs);
      expect(actor.acts()).toHaveLength(length);
    },
  },
];
