import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { momentOf } from '../moment.ts';
import type { ApiDeps } from '../ports.ts';
import { problems, runFilterSchema, runListSchema, runParams, runSchema } from '../schemas/index.ts';

const described = { tags: ['remediations'], security: [{ personToken: [] }] };

/** Reads runs: the list from visibility, one run from the run itself. */
export function remediationRoutes({ runs, now }: Pick<ApiDeps, 'runs' | 'now'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/v1/remediations',
      {
        schema: {
          ...described,
          summary: 'List runs: those still running first, then those that ended last.',
          querystring: runFilterSchema,
          response: { 200: runListSchema, ...problems },
        },
      },
      async ({ query: { since, ...filter } }) =>
        runs.list({ ...filter, ...(since === undefined ? {} : { since: momentOf(since, now()) }) }),
    );

    app.get(
      '/v1/remediations/:id',
      {
        schema: {
          ...described,
          summary: 'Show a run: its timeline, verdicts and evidence, and what it waits for.',
          params: runParams,
          querystring: z.strictObject({
            run: z.uuid().optional().describe('Run id of an earlier episode; the latest when absent.'),
          }),
          response: { 200: runSchema, ...problems },
        },
      },
      async ({ params, query }) => runs.show(params.id, query.run),
    );
  };
}
