import type { RemediationInput } from '../workflows/run.ts';
import type { Execution } from './temporal/execution.ts';

/** What a run was started with, or continued with. */
export const inputOf = (run: Execution) => run.args[0] as RemediationInput;

/** The run id of the first execution of an episode: a run that cuts its history keeps it. */
export const episodeOf = (run: Execution): string =>
  (run.args[0] as Partial<RemediationInput> | undefined)?.carried?.runId ?? run.runId;
