import { MendflowError } from '../../domain/run/errors.ts';
import { judge } from './judge.ts';
import { type Played, play } from './play.ts';
import type { PolicyCase } from './policy-case.ts';
import type { Mismatch, WorldClass } from './setup.ts';

export { runInWords } from './facts.ts';
export type { PlayedRun } from './play.ts';
export type { WorldClass } from './setup.ts';
export { readSuite, type Suite } from './suite.ts';

/** What came of one test. */
export interface CaseResult {
  policyCase: PolicyCase;
  /** None: it passes. */
  mismatches: Mismatch[];
  played: Played;
}

/** Plays one test and compares what came with what is expected. Throws INTERNAL where Mendflow itself fails. */
export async function runCase(policyCase: PolicyCase, WorldOfOurs: WorldClass): Promise<CaseResult> {
  const { file, line, name } = policyCase;
  try {
    const played = await play(policyCase, WorldOfOurs);
    return { policyCase, played, mismatches: judge(policyCase.expect, played) };
  } catch (cause) {
    throw new MendflowError('INTERNAL', `${file}:${line} ${name}: ${(cause as Error).message}`, { cause });
  }
}
