import { type Client, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { queries, workflowTypes } from '../../domain/run/contract.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import type { RunStatus } from '../../domain/run/status.ts';
import { call } from '../../temporal/call.ts';
import type { RunsPort, RunView } from '../ports.ts';
import { reportOf } from './report-of.ts';
import { labelsOf } from './run-list.ts';

const deadlineMs = 4_000;
const answerWithinMs = 2_500;

/** Shows a run; `uiUrl` is Temporal's Web UI, for the link. */
export function createRunView(client: Client, uiUrl: string | undefined): RunsPort['show'] {
  return async (id, runId) => {
    const run = await describe(client, id, runId);
    const attributes = new Map<string, unknown>(
      run.typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]),
    );
    const view: RunView = {
      id,
      runId: run.runId,
      status: run.status.name.toLowerCase(),
      startedAt: run.startTime.toISOString(),
      ...(run.closeTime === undefined ? {} : { closedAt: run.closeTime.toISOString() }),
      ...labelsOf((name) => attributes.get(name)),
      ...(uiUrl === undefined ? {} : { webUi: pageOf(uiUrl, client.options.namespace, id, run.runId) }),
    };
    return { ...view, ...(view.closedAt === undefined ? await live(client, view) : await record(client, view)) };
  };
}

async function describe(client: Client, id: string, runId?: string) {
  const unknown = new MendflowError('NOT_FOUND', `There is no run ${id}${runId === undefined ? '' : ` (${runId})`}.`);
  try {
    const run = await call(client, deadlineMs, `look at ${id}`, () => client.workflow.getHandle(id, runId).describe());
    if (run.type !== workflowTypes.remediation) throw unknown;
    return run;
  } catch (error) {
    throw error instanceof WorkflowNotFoundError ? unknown : error;
  }
}

async function live(client: Client, { id, runId }: RunView): Promise<Pick<RunView, 'live' | 'note'>> {
  try {
    return {
      live: await call(client, answerWithinMs, `query to ${id}`, () =>
        client.workflow.getHandle(id, runId).query<RunStatus>(queries.status),
      ),
    };
  } catch (error) {
    return { note: `The run does not answer, so this is what Temporal knows of it (${messageOf(error)}).` };
  }
}

async function record(client: Client, { id, runId, status }: RunView): Promise<Pick<RunView, 'report' | 'note'>> {
  try {
    const report = await reportOf(client, id, runId);
    return report === undefined ? { note: 'The run goes on under the same id; its history was cut.' } : { report };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    return { note: `The run ended without a record (${status}: ${messageOf(error.cause ?? error)}).` };
  }
}

function pageOf(uiUrl: string, namespace: string, id: string, runId: string): string {
  return `${uiUrl}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(id)}/${runId}`;
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
