import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { nearest } from '../../config/nearest.ts';
import { promotionOf } from '../../domain/analysis/promotion.ts';
import { promotionInWords } from '../../domain/analysis/promotion-words.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import type { RunRecord } from '../../domain/run/record.ts';
import { type Reach, reachOf } from '../../domain/run/retention.ts';
import { momentOf } from '../moment.ts';
import type { ApiDeps, RecordsPort, RunsPort } from '../ports.ts';
import { policyParams, promotionQuery, promotionSchema, recordsQuery, recordsSchema } from '../schemas/explain.ts';
import { problems } from '../schemas/index.ts';

const described = { tags: ['policies'], security: [{ personToken: [] }] };
/** A report reads no more runs: each is a call to Temporal. */
const mostRuns = 500;
const pageSize = 100;

/** At most so many open escalations are counted. */
const mostOpen = 200;

type RecordDeps = Pick<ApiDeps, 'records' | 'runs' | 'guardLimits' | 'now'>;

/** What ended runs tell of a policy: a report for its promotion, and the records that backtests replay. */
export function recordRoutes({ records, runs, guardLimits, now }: RecordDeps): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/v1/policies/:name/report',
      {
        schema: {
          ...described,
          summary: 'Report what a policy did or would have done, and what promoting it would mean.',
          params: policyParams,
          querystring: promotionQuery,
          response: { 200: promotionSchema, ...problems },
        },
      },
      async ({ params: { name: policy }, query }) => {
        const nowMs = now();
        const since = momentOf(query.since, nowMs);
        const [read, open] = await Promise.all([
          latest(records, { policy, since }),
          runs.list({ policy, phase: 'Escalated', limit: mostOpen }),
        ]);
        const until = new Date(nowMs).toISOString();
        const promotion = promotionOf(read.records, { policy, since, until, isCapped: read.isCapped }, open.runs);
        const reach = await reachBack(records, since, nowMs);
        const { missing } = reach;
        const isEmpty = read.records.length === 0 && open.runs.length === 0;
        if (isEmpty && missing === undefined) await mustHaveRun(runs, policy);
        return { ...promotion, ...reach, words: [...(missing ? [missing] : []), ...promotionInWords(promotion)] };
      },
    );

    app.get(
      '/v1/remediations/export',
      {
        config: { isExact: true },
        schema: {
          ...described,
          summary: 'Records of ended runs, page by page, for `mendflow backtest`.',
          querystring: recordsQuery,
          response: { 200: recordsSchema, ...problems },
        },
      },
      async ({ query: { since: asked, ...filter } }) => {
        const nowMs = now();
        const since = momentOf(asked, nowMs);
        const [page, reach] = await Promise.all([records.page({ ...filter, since }), reachBack(records, since, nowMs)]);
        return { ...page, ...reach, guardLimits };
      },
    );
  };
}

/** A report about nothing misleads. Throws NOT_FOUND for a policy that no run names. */
async function mustHaveRun(runs: RunsPort, policy: string): Promise<void> {
  if ((await runs.list({ policy, limit: 1 })).runs.length > 0) return;
  const { runs: others } = await runs.list({ limit: mostOpen });
  const names = [...new Set(others.flatMap((run) => run.policy ?? []))].sort();
  const near = nearest(policy, names);
  const named = names.join(', ') || 'no policy';
  const hint = near === undefined ? `The latest runs name ${named}.` : `Did you mean ${near}?`;
  throw new MendflowError('NOT_FOUND', `No run names the policy ${policy}. ${hint}`);
}

/** A retention that cannot be read costs nobody the records. */
async function reachBack({ retention }: RecordsPort, since: string, nowMs: number): Promise<Reach> {
  const kept = await retention().catch((error: unknown) => {
    if (error instanceof MendflowError) return undefined;
    throw error;
  });
  return reachOf(since, kept, nowMs);
}

async function latest(
  { page }: RecordsPort,
  filter: { policy: string; since: string },
): Promise<{ records: RunRecord[]; isCapped: boolean }> {
  const records: RunRecord[] = [];
  let cursor: string | undefined;
  for (let read = 0; read < mostRuns; read += pageSize) {
    const next = await page({ ...filter, limit: pageSize, cursor });
    records.push(...next.records);
    cursor = next.nextCursor;
    if (cursor === undefined) break;
  }
  return { records, isCapped: cursor !== undefined };
}
