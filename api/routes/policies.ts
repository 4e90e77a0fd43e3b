import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { lintFiles } from '../../config/lint-files.ts';
import type { ApiDeps } from '../ports.ts';
import { findingsSchema, lintSchema } from '../schemas/policies.ts';
import { problems } from '../schemas.ts';

const described = { tags: ['policies'], security: [{ personToken: [] }] };

/** Tools to trust a policy before it acts; nothing here changes anything. */
export function policyRoutes({ lint, now }: Pick<ApiDeps, 'lint' | 'now'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/v1/policies/lint',
      {
        schema: {
          ...described,
          summary: 'Check policies, as one set, before they are in force.',
          body: lintSchema,
          response: { 200: findingsSchema, ...problems },
        },
      },
      async ({ body }) => {
        const files = 'files' in body ? body.files : [body];
        const { policies, findings } = lintFiles(files, { ...lint, nowMs: now() });
        const errors = findings.filter(({ severity }) => severity === 'error').length;
        return { policies, errors, warnings: findings.length - errors, findings };
      },
    );
  };
}
