import type { Execution } from '../../../simulation/temporal/execution.ts';
import { eventsPerRun } from '../search/setup.ts';
import { firstOf, type Invariant } from './invariant.ts';

/** Lines of a timeline and verdicts, with the ones that say how many were left out. */
const most = { timeline: 101, verdicts: 51 } as const;
/** What may come on top: a step that a disruption budget blocks asks again and again, for as long as it may take. */
const overrun = 400;
/** A continue-as-new takes the whole state along; Temporal allows 2 MB. */
const stateBytes = 500_000;

/** L10: what lives long. */
export const bounded: Invariant = {
  name: 'L10',
  statement: 'Timeline, verdicts, history and the guard’s state stay bounded; each continues as new before a limit.',
  broken: ({ runs, executions, guard }) =>
    firstOf(runs, ({ workflowId, status: { timeline, verdicts } }) => {
      if (timeline.length > most.timeline) return `${workflowId} has ${timeline.length} lines in its timeline`;
      return verdicts.length > most.verdicts ? `${workflowId} has ${verdicts.length} verdicts` : undefined;
    }) ??
    firstOf(executions, long) ??
    (JSON.stringify(guard).length > stateBytes ? `the guard’s state has more than ${stateBytes} bytes` : undefined),
};

const long = ({ historyLength, workflowId, runId }: Execution) =>
  historyLength > eventsPerRun + overrun ? `${workflowId} ${runId} has ${historyLength} events` : undefined;
