import type { RunView } from '../../api/ports.ts';
import type { PlannedStep } from '../../domain/policy/policy.ts';
import { resultInWords, type StepRecord } from '../../domain/run/outcome.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import { table } from '../output/table.ts';

interface Rung {
  number: string;
  step?: PlannedStep;
  action: string;
  state: string;
}

/** The steps of a run with what came of each; the one in hand has an arrow. */
export function ladderInWords({ live, report }: RunView): string[] {
  const taken = (report ?? live)?.steps ?? [];
  const ladder = live?.ladder ?? [];
  const rungs: Rung[] =
    ladder.length > 0
      ? ladder.map((step, index) => ({
          number: `${index + 1}`,
          step,
          action: step.action,
          state: index === live?.currentStep && live.phase !== 'Closed' ? `► ${live.phase}` : stateOf(step, taken),
        }))
      : taken.map((record, index) => ({ number: `${index + 1}`, action: record.action, state: recordInWords(record) }));
  if (rungs.length === 0) return [];
  return table(rungs, [
    { head: '#', cell: ({ number }) => number },
    { head: 'STEP', cell: ({ action }) => action },
    ...(ladder.length === 0
      ? []
      : [
          { head: 'WITHIN', cell: ({ step }: Rung) => step && formatDuration(step.withinMs) },
          { head: 'RISK', cell: ({ step }: Rung) => step?.risk },
          { head: 'APPROVAL', cell: ({ step }: Rung) => step?.approval },
        ]),
    { head: 'STATE', cell: ({ state }) => state },
  ]);
}

function stateOf({ action }: PlannedStep, taken: readonly StepRecord[]): string {
  const record = taken.findLast((candidate) => candidate.action === action);
  return record === undefined ? '' : recordInWords(record);
}

function recordInWords(record: StepRecord): string {
  const { summary, detail } = record;
  return `${resultInWords(record)}: ${summary}${detail === undefined ? '' : ` (${detail})`}`;
}
