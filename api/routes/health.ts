import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ApiDeps } from '../ports.ts';
import { problem, sendProblem } from '../problem.ts';
import { problems } from '../schemas/index.ts';

const checksSchema = z.array(
  z.object({ name: z.string(), isOk: z.boolean(), isWarning: z.literal(true).optional(), detail: z.string() }),
);
const readySchema = z.object({ isReady: z.literal(true), checks: checksSchema.optional() });
const keptForMs = 1_000;

/** Probes. /livez says that the process answers and asks nobody; /readyz asks what deliveries need, once a second at most. */
export function healthRoutes({
  readiness,
  metrics,
  now,
  logger,
}: Pick<ApiDeps, 'readiness' | 'metrics' | 'now' | 'logger'>): FastifyPluginAsyncZod {
  const look = () => Promise.all(readiness.map(async ({ name, run }) => ({ name, ...(await run()) })));
  let saidFault = '';
  /** Says in the log what a probe shows to nobody, once for each new reason. */
  const say = (fault: string) => {
    if (fault !== saidFault)
      logger[fault === '' ? 'info' : 'error']({ detail: fault }, fault === '' ? 'ready' : 'not ready');
    saidFault = fault;
  };
  let last: { atMs: number; checks: ReturnType<typeof look> } | undefined;

  return async (app) => {
    app.get(
      '/livez',
      { schema: { tags: ['health'], summary: 'Is the process alive?', response: { 200: z.string() } } },
      async () => 'ok',
    );

    app.get(
      '/readyz',
      {
        schema: {
          tags: ['health'],
          summary: 'Can deliveries be taken?',
          querystring: z.object({ verbose: z.string().optional().describe('Name every check.') }),
          response: { 200: readySchema, ...problems },
        },
      },
      async ({ query, url }, reply) => {
        if (last === undefined || now() - last.atMs > keptForMs) last = { atMs: now(), checks: look() };
        const checks = await last.checks;
        const failed = checks.filter(({ isOk }) => !isOk);
        const detail = failed.map((check) => `${check.name}: ${check.detail}`).join('; ');
        say(detail);
        if (failed.length === 0) return { isReady: true as const, ...(query.verbose === undefined ? {} : { checks }) };
        return sendProblem(reply, { ...problem('TEMPORAL_UNAVAILABLE', detail, url), ...{ checks } });
      },
    );

    app.get('/metrics', { schema: { tags: ['health'], summary: 'Metrics for Prometheus.' } }, async (_request, reply) =>
      reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
    );
  };
}
