import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { promotionOf } from '../../domain/promotion.ts';
import { promotionInWords } from '../../domain/promotion-words.ts';
import type { RunRecord } from '../../domain/run-record.ts';
import { momentOf } from '../moment.ts';
import type { ApiDeps, RecordsPort } from '../ports.ts';
import { policyParams, promotionQuery, promotionSchema, recordsQuery, recordsSchema } from '../schemas/explain.ts';
import { problems } from '../schemas.ts';

const described = { tags: ['policies'], security: [{ personToken: [] }] };
/** A report reads no more runs: each is a call to Temporal. */
const mostRuns = 500;
const pageSize = 100;

type RecordDeps = Pick<ApiDeps, 'records' | 'guardLimits' | 'now'>;

/** What ended runs tell of a policy: a report for its promotion, and the records that backtests replay. */
export function recordRoutes({ records, guardLimits, now }: RecordDeps): FastifyPluginAsyncZod {
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
        const read = await latest(records, { policy, since });
        const until = new Date(nowMs).toISOString();
        const promotion = promotionOf(read.records, { policy, since, until, isCapped: read.isCapped });
        return { ...promotion, words: promotionInWords(promotion) };
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
      async ({ query: { since, ...filter } }) => ({
        ...(await records.page({ ...filter, since: momentOf(since, now()) })),
        guardLimits,
      }),
    );
  };
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
