import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';

/** Where a run is begun anew: at its first look, where it asked for the act, or at the task after that. */
export type ResetPoint = 'firstTask' | 'act' | 'nextTask';

/** Resets the id's latest run, as `temporal workflow reset` does. What came after that task is done again. */
export async function resetRun(temporal: Client, id: string, point: ResetPoint): Promise<void> {
  const handle = temporal.workflow.getHandle(id);
  const [{ runId }, { events }] = await Promise.all([handle.describe(), handle.fetchHistory()]);
  const tasks = (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes);
  const act = (events ?? []).find(
    ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name === 'remediate',
  );
  const askedIn = Number(act?.activityTaskScheduledEventAttributes?.workflowTaskCompletedEventId);
  const asked = tasks.findIndex(({ eventId }) => Number(eventId) === askedIn);
  const index = { firstTask: 0, act: asked, nextTask: asked + 1 }[point];
  const workflowTaskFinishEventId = tasks[index]?.eventId;
  if (asked === -1 || workflowTaskFinishEventId == null) throw new Error(`${id} has no such task`);
  await temporal.workflowService.resetWorkflowExecution({
    ...{ namespace: temporal.options.namespace, workflowExecution: { workflowId: id, runId } },
    ...{ reason: 'a test', workflowTaskFinishEventId, requestId: randomUUID() },
  });
}
