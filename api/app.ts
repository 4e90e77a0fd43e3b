import helmet from '@fastify/helmet';
import underPressure from '@fastify/under-pressure';
import Fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { MendflowError } from '../domain/run/errors.ts';
import { safeDocument } from '../domain/text/plain-text.ts';
import { limitConnections } from './connections.ts';
import { defaultLimits } from './limits.ts';
import { authenticatePeople } from './plugins/authenticate.ts';
import { serveDocs } from './plugins/docs.ts';
import { observeRequests } from './plugins/observe.ts';
import type { ApiDeps } from './ports.ts';
import { answerWithProblems } from './problem.ts';
import { alertRoutes } from './routes/alerts.ts';
import { explainRoutes } from './routes/explain.ts';
import { guardRoutes } from './routes/guard.ts';
import { healthRoutes } from './routes/health.ts';
import { messageRoutes } from './routes/messages.ts';
import { policyRoutes } from './routes/policies.ts';
import { recordRoutes } from './routes/records.ts';
import { remediationRoutes } from './routes/remediations.ts';
import { serverOptions } from './server.ts';

/** The HTTP API over its dependencies, not listening yet. */
export async function buildApp(deps: ApiDeps): Promise<FastifyInstance> {
  const limits = { ...defaultLimits, ...deps.limits };
  const app = Fastify(serverOptions(limits, deps.logger));
  limitConnections(app.server, limits, (peer) =>
    deps.logger.warn(
      { address: peer },
      'one address holds as many connections as allowed; its further ones are closed',
    ),
  );
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.removeContentTypeParser('text/plain');
  app.decorateRequest('who', '');
  app.decorateRequest('sender', undefined);
  answerWithProblems(app);
  observeRequests(app, deps.metrics);
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    // Whether there is TLS in front is not known here.
    hsts: false,
  });
  await serveDocs(app);
  await app.register(healthRoutes(deps));
  await app.register(async (guarded) => {
    // Not around the probes: a busy process must not be killed for being busy.
    await guarded.register(underPressure, {
      maxEventLoopDelay: limits.maxEventLoopDelayMs,
      pressureHandler: () => {
        throw new MendflowError('OVERLOADED', 'The process is overloaded.', { retryAfterMs: 2_000 });
      },
    });
    await guarded.register(alertRoutes(deps, limits));
    await guarded.register(async (people) => {
      people.addHook('onRequest', authenticatePeople(deps.tokens));
      people.addHook('onRoute', (route) => {
        route.bodyLimit ??= limits.peopleBodyLimitBytes;
      });
      // What people are shown holds no secret of a label and no sign that cannot be seen; backtests match exact labels.
      people.addHook('preSerialization', async ({ routeOptions }, _, document) =>
        routeOptions.config.isExact === true ? document : safeDocument(document),
      );
      const everything = [remediationRoutes, messageRoutes, guardRoutes, policyRoutes, explainRoutes, recordRoutes];
      for (const routes of everything) await people.register(routes(deps));
    });
  });
  await app.ready();
  return app;
}
