import { setImmediate as rest } from 'node:timers/promises';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { MendflowError } from '../../domain/errors.ts';
import { alertListSchema, type Intake, openIntake, webhookSchema } from '../../domain/intake.ts';
import { createLabelBound } from '../../telemetry/label-bound.ts';
import { createDeliver, type Receipt } from '../intake/deliver.ts';
import type { DeliveryBody } from '../intake/delivery-body.ts';
import { createTellGuard } from '../intake/tell-guard.ts';
import { authenticateSenders } from '../plugins/authenticate.ts';
import { readDeliveries } from '../plugins/read-deliveries.ts';
import type { ApiDeps, ApiLimits, Sender } from '../ports.ts';
import { problems, receiptSchema } from '../schemas.ts';

const shownRejections = 100;
/** So many alerts are read before others have their turn. */
const alertsATurn = 200;
const longestSender = 64;

const described = { tags: ['alerts'], security: [{ intakeToken: [] }] };
const config = { invalid: 'INVALID_ALERT' } as const;
/** The schema documents the body; the intake has read it already, piece by piece. */
const validatorCompiler = () => () => true;

/** Deliveries: answered 2xx only when Temporal holds every alert of the body, 503 otherwise. */
export function alertRoutes(deps: ApiDeps, limits: ApiLimits): FastifyPluginAsyncZod {
  const deliver = createDeliver({ intake: deps.intake, now: deps.now, limits });
  const guard = createTellGuard(deps.guard, deps.now);
  const receiverLabel = createLabelBound(20);

  const take = async (given: unknown, kind: DeliveryBody['kind'], from: Sender | undefined) => {
    const body = deliveryOf(given, kind);
    const intake = await read(body, from);
    const sender = cleaned(from?.name ?? body.receiver ?? kind);
    count(intake, sender);
    if (intake.truncated > 0) await tellOfTruncation(sender);
    const [receipt] = await Promise.all([
      deliver(intake.alerts),
      // They start no run, so somebody must know of them before they are acknowledged.
      guard.unknownClusters(sender, intake.unknownClusters),
    ]);
    return answerOf(intake, receipt);
  };

  const read = async ({ alerts, ...head }: DeliveryBody, from: Sender | undefined): Promise<Intake> => {
    const receivedAt = new Date(deps.now()).toISOString();
    const receiver = head.kind === 'list' ? 'prometheus' : head.receiver;
    const clusters = from?.clusters ?? [deps.cluster];
    const { intake, take } = openIntake({ ...head, receiver }, { cluster: deps.cluster, clusters, receivedAt });
    let taken = 0;
    for (const item of alerts) {
      take(item);
      taken += 1;
      if (taken % alertsATurn === 0) await rest();
    }
    return intake;
  };

  // Before the alerts that were not left out start runs: it is a sign of a storm. Not knowing of it refuses nobody.
  const tellOfTruncation = (sender: string) =>
    guard
      .truncated(sender)
      .catch((err: unknown) => deps.logger.warn({ err }, 'the guard was not told that alerts were left out'));

  const count = ({ alerts, rejected, truncated, unknownClusters }: Intake, sender: string) => {
    for (const [status, { length }] of Map.groupBy(alerts, (alert) => alert.status)) {
      deps.metrics.alertsReceived.inc({ receiver: receiverLabel(alerts[0]?.receiver ?? ''), status }, length);
    }
    for (const [reason, { length }] of Map.groupBy(rejected, (rejection) => rejection.reason)) {
      deps.metrics.alertsRejected.inc({ reason }, length);
    }
    if (truncated > 0) deps.metrics.alertsRejected.inc({ reason: 'truncated' }, truncated);
    if (rejected.length === 0 && truncated === 0) return;
    const detail = JSON.stringify({ rejected: rejected.slice(0, 5), clusters: [...unknownClusters].slice(0, 5) });
    deps.logger.warn(
      { count: rejected.length + truncated, sender, detail },
      'a delivery left alerts out, or held some that are not taken',
    );
  };

  return async (app) => {
    app.addHook('onRequest', authenticateSenders(deps.tokens));
    readDeliveries(app, limits, deps.tokens);

    for (const [url, summary] of [
      ['/v1/alerts', 'Take a delivery of an Alertmanager webhook (format version 4) or of Grafana’s.'],
      ['/webhook', 'The same as /v1/alerts.'],
    ] as const) {
      const schema = { ...described, summary, body: webhookSchema, response: { 202: receiptSchema, ...problems } };
      app.post(url, { config, schema, validatorCompiler }, async ({ body, sender }, reply) =>
        reply.code(202).send(await take(body, 'webhook', sender)),
      );
    }

    const summary = 'Take alerts as Prometheus sends them to an Alertmanager.';
    const schema = { ...described, summary, body: alertListSchema, response: { 200: receiptSchema, ...problems } };
    app.post('/api/v2/alerts', { config, schema, validatorCompiler }, async ({ body, sender }) =>
      take(body, 'list', sender),
    );
  };
}

/** The body as it was read; INVALID_ALERT where there is none, or one of the other kind. */
function deliveryOf(body: unknown, kind: DeliveryBody['kind']): DeliveryBody {
  const delivery = body as DeliveryBody | null | undefined;
  if (delivery?.kind === kind) return delivery;
  const wanted = kind === 'list' ? 'must be an array of alerts' : 'must be an object with the array alerts';
  throw new MendflowError('INVALID_ALERT', `body: ${wanted}`);
}

/** A sender's own name for itself may hold anything. */
const cleaned = (sender: string) =>
  sender
    .slice(0, longestSender)
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ')
    .toWellFormed();

function answerOf({ rejected, truncated }: Intake, receipt: Receipt) {
  return { ...receipt, rejectedCount: rejected.length, rejected: rejected.slice(0, shownRejections), truncated };
}
