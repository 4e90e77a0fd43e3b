import { inWorkflowContext, setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { SearchAttributeName } from '../domain/run/contract.ts';
import { renderDetails } from '../domain/run/details.ts';
import type { Phase, StepRecord, TimelineEntry } from '../domain/run/outcome.ts';
import type { Reason } from '../domain/run/reasons.ts';
import type { RunStatus } from '../domain/run/status.ts';
import { withLine, withStep } from '../domain/run/timeline.ts';

/** Of a run what is shown of it, and what that needs. */
interface Shown {
  readonly id: { workflowId: string };
  status: RunStatus;
  /** Steps taken so far. */
  taken: number;
  /** Search attributes to be set at the next change of phase: each upsert is an event. */
  unsaid: Partial<Record<SearchAttributeName, string>>;
  /** What people see is about to be written. */
  isShowing: boolean;
}

/** Writes down a step that was taken. */
export function record(run: Shown, step: StepRecord): void {
  run.status.steps = withStep(run.status.steps, step);
  run.taken += 1;
}

export const nowIso = () => new Date(Date.now()).toISOString();

/** Writes one line of the timeline, and shows it. */
export function tell(
  run: Shown,
  what: string,
  more: { reason?: Reason; detail?: NonNullable<TimelineEntry['detail']> } = {},
): void {
  run.status.timeline = withLine(run.status.timeline, { at: nowIso(), phase: run.status.phase, what, ...more });
  show(run);
}

/** Says what the run waits for, and until when it waits at most. */
export function waitFor(run: Shown, what: string, atMost?: { ms: number }): void {
  run.status.waitingFor = what;
  if (atMost === undefined) delete run.status.nextTimerAt;
  else run.status.nextTimerAt = new Date(Date.now() + atMost.ms).toISOString();
  show(run);
}

/** Moves to a phase; the search attribute follows. */
export function enter(run: Shown, phase: Phase, attributes: Partial<Record<SearchAttributeName, string>> = {}): void {
  if (run.status.phase === phase && Object.keys(attributes).length === 0) return;
  run.status.phase = phase;
  setAttributes({ Phase: phase, ...run.unsaid, ...attributes });
  run.unsaid = {};
  show(run);
}

/** Search attributes, in one event; Keyword values are cut at 255 characters. */
function setAttributes(attributes: Partial<Record<SearchAttributeName, string>>): void {
  const pairs = Object.entries(attributes).map(([name, value]) => ({
    key: { name, type: 'KEYWORD' as const },
    value: value.slice(0, 255),
  }));
  upsertSearchAttributes(pairs);
}

/** The Web UI's "current details": costs no event. Written once for all that a workflow task brings. */
function show(run: Shown): void {
  if (run.isShowing) return;
  run.isShowing = true;
  void Promise.resolve().then(() => {
    run.isShowing = false;
    // A task that Temporal ended by force leaves this behind; an error here would end the worker.
    if (!inWorkflowContext() || workflowInfo().workflowId !== run.id.workflowId) return;
    setCurrentDetails(renderDetails(run.status, { workflowId: run.id.workflowId }));
  });
}
