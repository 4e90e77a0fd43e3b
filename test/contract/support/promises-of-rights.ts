import { expect } from '@jest/globals';
import type { Permission } from '../../../domain/policy/action.ts';
import { actorFor, rightInWords, singleRights } from './acting.ts';
import { codeOf, remediateOn, undoOn } from './cases.ts';
import { set, type Trial, untouched } from './promises.ts';
import { untilSettled } from './promises-of-undo.ts';

/** Does the step and takes it back, and says where it was refused. */
async function goThrough(trial: Trial, rights: readonly Permission[]): Promise<string> {
  const { world, action } = trial;
  const { step } = await set(trial);
  const { cluster } = await actorFor(world, action, rights);
  const acted = await codeOf(remediateOn(cluster, step));
  if (acted !== 'none' || action.undo === undefined) return acted;
  return codeOf(untilSettled(() => undoOn(cluster, step)));
}

/** What the API server says to a step that is only tried: it asks for the same rights. */
async function tryOut(trial: Trial, rights: readonly Permission[]): Promise<string> {
  const { step } = await untouched(trial);
  const { cluster } = await actorFor(trial.world, trial.action, rights);
  return codeOf(remediateOn(cluster, { ...step, dryRun: true }));
}

const refusal = 'PERMISSION_DENIED';

/** With the rights that it declares the action acts wherever it can; without any one of them it is refused somewhere. */
export async function needsExactlyItsRights(trials: readonly Trial[]): Promise<void> {
  const rights = singleRights(trials[0]?.action.permissions ?? []);
  for (const trial of trials) {
    const { on } = trial.arrangement;
    expect([on, await goThrough(trial, rights)]).toEqual([on, 'none']);
  }
  for (const missing of rights) {
    const others = rights.filter((right) => right !== missing);
    const codes: string[] = [];
    for (const ask of [tryOut, goThrough]) {
      for (const trial of trials) if (!codes.includes(refusal)) codes.push(await ask(trial, others));
    }
    const said = codes.filter((code) => code !== 'none');
    expect([rightInWords(missing), said]).toEqual([rightInWords(missing), [refusal]]);
  }
}
