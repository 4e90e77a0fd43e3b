import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Alert } from '../../domain/alert/alert.ts';
import { alertsOf } from '../../domain/alert/intake.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import type { ApiDeps } from '../ports.ts';
import { explainSchema, explanationSchema } from '../schemas/explain.ts';
import { problems } from '../schemas/index.ts';

/** Says what would become of an alert right now; nothing is changed by it. */
export function explainRoutes({ explain, cluster, now }: Pick<ApiDeps, 'explain' | 'cluster' | 'now'>) {
  const routes: FastifyPluginAsyncZod = async (app) => {
    app.post(
      '/v1/policies/explain',
      {
        schema: {
          ...{ tags: ['policies'], security: [{ personToken: [] }], body: explainSchema },
          summary: 'Explain an alert: policy, target, checks, ladder and each rule’s verdict, now.',
          response: { 200: explanationSchema, ...problems },
        },
      },
      async ({ body }) => {
        if ('run' in body) return explain.explain(await explain.alertOf(body.run, body.runId));
        const receivedAt = new Date(now()).toISOString();
        return explain.explain(theAlert(body.alert, { cluster, receivedAt }));
      },
    );
  };
  return routes;
}

function theAlert(item: unknown, reading: Parameters<typeof alertsOf>[1]): Alert {
  const { alerts, rejected } = alertsOf({ receiver: 'explain', alerts: [item] }, reading);
  const [alert] = alerts;
  if (alert !== undefined) return alert;
  const [fault] = rejected;
  throw new MendflowError('INVALID_ALERT', `body.alert.${fault?.field ?? 'labels'}: ${fault?.reason ?? 'invalid'}`);
}
