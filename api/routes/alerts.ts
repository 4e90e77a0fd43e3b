import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { alertListSchema, rejectionReasons, webhookSchema } from '../../domain/alert/intake.ts';
import { createTake, type From } from '../intake/take.ts';
import { authenticateSenders } from '../plugins/authenticate.ts';
import { lost, readDeliveries } from '../plugins/read-deliveries.ts';
import type { ApiDeps, ApiLimits } from '../ports.ts';
import { problems, receiptSchema } from '../schemas/index.ts';

const described = { tags: ['alerts'], security: [{ intakeToken: [] }] };
const config = { invalid: 'INVALID_ALERT' } as const;
/** The schema documents the body; the intake has read it already, piece by piece. */
const validatorCompiler = () => () => true;

const from = ({ sender, raw }: FastifyRequest, kind: From['kind']): From => ({
  kind,
  sender,
  isAwaited: () => !raw.socket.destroyed,
});

/** Deliveries: answered 2xx only when Temporal holds every alert of the body, 503 otherwise. */
export function alertRoutes(deps: ApiDeps, limits: ApiLimits): FastifyPluginAsyncZod {
  const take = createTake(deps, limits);
  // A counter that begins with its first rejection shows no increase to an alert rule.
  for (const reason of [...rejectionReasons, 'truncated', ...lost]) {
    deps.metrics.alertsRejected.inc({ reason }, 0);
  }

  return async (app) => {
    app.addHook('onRequest', authenticateSenders(deps.tokens));
    readDeliveries(app, limits, deps, (reason) => deps.metrics.alertsRejected.inc({ reason }));

    for (const [url, summary] of [
      ['/v1/alerts', 'Take a delivery of an Alertmanager webhook (format version 4) or of Grafana’s.'],
      ['/webhook', 'The same as /v1/alerts.'],
    ] as const) {
      const schema = { ...described, summary, body: webhookSchema, response: { 202: receiptSchema, ...problems } };
      app.post(url, { config, schema, validatorCompiler }, async (request, reply) =>
        reply.code(202).send(await take(request.body, from(request, 'webhook'))),
      );
    }

    const summary = 'Take alerts as Prometheus sends them to an Alertmanager.';
    const schema = { ...described, summary, body: alertListSchema, response: { 200: receiptSchema, ...problems } };
    app.post('/api/v2/alerts', { config, schema, validatorCompiler }, async (request) =>
      take(request.body, from(request, 'list')),
    );
  };
}
