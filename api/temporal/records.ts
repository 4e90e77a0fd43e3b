import { type Client, WorkflowFailedError } from '@temporalio/client';
import { type RunRecord, recordOf } from '../../domain/run/record.ts';
import { createRetention } from '../../temporal/retention.ts';
import type { RecordsPort, RunSummary, RunsPort } from '../ports.ts';
import { reportOf } from './report-of.ts';

/** Each record is a call to Temporal of its own. */
const atOnce = 8;

/** Records of ended runs: the list is visibility's, each report the run's own result. */
export function createRecords(client: Client, list: RunsPort['list']): RecordsPort {
  return {
    retention: createRetention(client),
    async page({ policy, since, limit, cursor }) {
      const { runs, nextCursor } = await list({ phase: 'Closed', policy, since, limit, cursor });
      const records: RunRecord[] = [];
      for (let first = 0; first < runs.length; first += atOnce) {
        const read = await Promise.all(runs.slice(first, first + atOnce).map((run) => recordFor(client, run)));
        records.push(...read.filter((record) => record !== undefined));
      }
      return { records, ...(nextCursor === undefined ? {} : { nextCursor }) };
    },
  };
}

async function recordFor(client: Client, run: RunSummary): Promise<RunRecord | undefined> {
  const { id, runId, startedAt, closedAt } = run;
  // Visibility runs ahead of the end: it is closed in a moment, and on the next page or in the next report.
  if (closedAt === undefined) return undefined;
  try {
    const report = await reportOf(client, id, runId);
    return report && recordOf({ id, runId, startedAt, closedAt }, report);
  } catch (error) {
    if (error instanceof WorkflowFailedError) return undefined;
    throw error;
  }
}
