import { expect } from '@jest/globals';
import { actorFor, rightInWords, singleRights } from './acting.ts';
import { codeOf, remediateOn, undoOn } from './cases.ts';
import { set, type Trial } from './promises.ts';
import { untilSettled } from './promises-of-undo.ts';

/** Does the step and takes it back, and says where it was refused. */
async function goThrough(trial: Trial, rights: Trial['action']['permissions']): Promise<string> {
  const { world, action } = trial;
  const { step } = await set(trial);
  const actor = await actorFor(world, action, rights);
  const acted = await codeOf(remediateOn(actor.cluster, step));
  if (acted !== 'none' || action.undo === undefined) return acted;
  return codeOf(untilSettled(() => undoOn(actor.cluster, step)));
}

/** With the rights that it declares the action acts wherever it can; without any one of them it is refused somewhere. */
export async function needsExactlyItsRights(trials: readonly Trial[]): Promise<void> {
  for (const trial of trials) {
    expect([trial.arrangement.on, await goThrough(trial, trial.action.permissions)]).toEqual([
      trial.arrangement.on,
      'none',
    ]);
  }
  const rights = singleRights(trials[0]?.action.permissions ?? []);
  for (const missing of rights) {
    const others = rights.filter((right) => right !== missing);
    const codes: string[] = [];
    for (const trial of trials) if (!codes.includes('PERMISSION_DENIED')) codes.push(await goThrough(trial, others));
    expect([rightInWords(missing), codes]).toEqual([
      rightInWords(missing),
      expect.arrayContaining(['PERMISSION_DENIED']),
    ]);
    const withoutIt = codes.filter((code) => code !== 'none' && code !== 'PERMISSION_DENIED');
    expect([rightInWords(missing), withoutIt]).toEqual([rightInWords(missing), []]);
  }
}
