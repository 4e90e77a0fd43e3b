import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { alertListSchema, alertsOf, type Intake, type Webhook, webhookSchema } from '../../domain/intake.ts';
import { createLabelBound } from '../../telemetry/label-bound.ts';
import { createDeliver, type Receipt } from '../deliver.ts';
import { admit } from '../plugins/admission.ts';
import { authenticate } from '../plugins/authenticate.ts';
import type { ApiDeps, ApiLimits } from '../ports.ts';
import { problems, receiptSchema } from '../schemas.ts';

const shownRejections = 100;
/** The guard is told of left-out alerts at most this often. */
const tellAgainMs = 10_000;

const described = { tags: ['alerts'], security: [{ intakeToken: [] }] };
const config = { invalid: 'INVALID_ALERT' } as const;

/** Deliveries: answered 2xx only when Temporal holds every alert of the body, 503 otherwise. */
export function alertRoutes(deps: ApiDeps, limits: ApiLimits): FastifyPluginAsyncZod {
  const deliver = createDeliver({ intake: deps.intake, now: deps.now, limits });
  const receiverLabel = createLabelBound(20);
  let toldAtMs = Number.NEGATIVE_INFINITY;

  const take = async (body: Webhook | unknown[]) => {
    const receivedAt = new Date(deps.now()).toISOString();
    const intake = alertsOf(body, { cluster: deps.cluster, receivedAt });
    count(intake);
    if (intake.truncated > 0) await tellOfTruncation(senderOf(body));
    return answerOf(intake, await deliver(intake.alerts));
  };

  // Before the alerts that were not left out start runs: it is a sign of a storm. Not knowing of it refuses nobody.
  const tellOfTruncation = async (sender: string) => {
    const nowMs = deps.now();
    if (nowMs - toldAtMs < tellAgainMs) return;
    toldAtMs = nowMs;
    await deps.guard
      .truncated({ sender, atMs: nowMs })
      .catch((err: unknown) => deps.logger.warn({ err }, 'the guard was not told that alerts were left out'));
  };

  const count = ({ alerts, rejected, truncated }: Intake) => {
    for (const { receiver, status } of alerts)
      deps.metrics.alertsReceived.inc({ receiver: receiverLabel(receiver), status });
    for (const { reason } of rejected) deps.metrics.alertsRejected.inc({ reason });
    if (truncated > 0) deps.metrics.alertsRejected.inc({ reason: 'truncated' }, truncated);
    if (rejected.length > 0 || truncated > 0) {
      deps.logger.warn(
        { count: rejected.length + truncated, detail: JSON.stringify(rejected.slice(0, 5)) },
        'a delivery held alerts that cannot be identified, or left some out',
      );
    }
  };

  return async (app) => {
    app.addHook('onRequest', authenticate(deps.tokens, 'intake'));
    app.addHook('onRequest', admit(limits.maxDeliveries));

    for (const [url, summary] of [
      ['/v1/alerts', 'Take a delivery of an Alertmanager webhook (format version 4) or of Grafana’s.'],
      ['/webhook', 'The same as /v1/alerts.'],
    ] as const) {
      const schema = { ...described, summary, body: webhookSchema, response: { 202: receiptSchema, ...problems } };
      app.post(url, { config, schema }, async (request, reply) => reply.code(202).send(await take(request.body)));
    }

    const summary = 'Take alerts as Prometheus sends them to an Alertmanager.';
    const schema = { ...described, summary, body: alertListSchema, response: { 200: receiptSchema, ...problems } };
    app.post('/api/v2/alerts', { config, schema }, async (request) => take(request.body));
  };
}

const senderOf = (body: Webhook | unknown[]) =>
  (Array.isArray(body) ? 'prometheus' : (body.receiver ?? 'unknown')).slice(0, 64);

function answerOf({ rejected, truncated }: Intake, receipt: Receipt) {
  return { ...receipt, rejectedCount: rejected.length, rejected: rejected.slice(0, shownRejections), truncated };
}
