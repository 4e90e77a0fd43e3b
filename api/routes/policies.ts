import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { clusterName } from '../../domain/alert/intake.ts';
import type { ApiDeps } from '../ports.ts';
import { problems } from '../schemas/index.ts';
import { findingsSchema, lintSchema, listingQuerySchema, listingSchema } from '../schemas/policies.ts';

const described = { tags: ['policies'], security: [{ personToken: [] }] };

/** Of all files together; routes of people take much less elsewhere. */
const largestSet = 1_048_576;

/** Tools to trust a policy before it acts; nothing here changes anything. */
export function policyRoutes({
  lint,
  policies: { list },
  cluster,
  now,
}: Pick<ApiDeps, 'lint' | 'policies' | 'cluster' | 'now'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/v1/policies',
      {
        schema: {
          ...described,
          summary: 'List the policies in force, and what is wrong with those that are not.',
          querystring: listingQuerySchema,
          response: { 200: listingSchema, ...problems },
        },
      },
      ({ query }) => list(query.cluster === undefined ? cluster : clusterName(query.cluster)),
    );

    app.post(
      '/v1/policies/lint',
      {
        bodyLimit: largestSet,
        schema: {
          ...described,
          summary: 'Check policies, as one set, before they are in force.',
          body: lintSchema,
          response: { 200: findingsSchema, ...problems },
        },
      },
      async ({ body }) => {
        const files = 'files' in body ? body.files : [body];
        const { policies, findings } = await lint(files, now());
        const errors = findings.filter(({ severity }) => severity === 'error').length;
        return { policies, errors, warnings: findings.length - errors, findings };
      },
    );
  };
}
