import { MendflowError } from '../../domain/run/errors.ts';
import { judge } from './judge.ts';
import { type Played, play } from './play.ts';
import type { PolicyCase } from './policy-case.ts';
import type { Mismatch } from './setup.ts';

/** What came of one test. */
export interface CaseResult {
  policyCase: PolicyCase;
  /** None: it passes. */
  mismatches: Mismatch[];
  played: Played;
}

/** Plays one test and compares what came with what is expected. Throws INTERNAL where Mendflow itself fails. */
export async function runCase(policyCase: PolicyCase): Promise<CaseResult> {
  const { file, line, name } = policyCase;
  try {
    const played = await play(policyCase);
    return { policyCase, played, mismatches: judge(policyCase.expect, played) };
  } catch (cause) {
    throw new MendflowError('INTERNAL', `${file}:${line} ${name}: ${(cause as Error).message}`, { cause });
  }
}
