import { setImmediate as rest } from 'node:timers/promises';
import { type Intake, openIntake } from '../../domain/alert/intake.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { plainLine } from '../../domain/text/plain-text.ts';
import { createLabelBound } from '../../telemetry/label-bound.ts';
import type { ApiDeps, ApiLimits, Sender } from '../ports.ts';
import { createDeliver, type IsAwaited, type Receipt } from './deliver.ts';
import type { DeliveryBody } from './delivery-body.ts';
import { patiently } from './pacing.ts';
import { createTellAlerting } from './tell-alerting.ts';
import { createTellGuard } from './tell-guard.ts';

const shownRejections = 100;
/** So many alerts are read before others have their turn. */
const alertsATurn = 200;
const longestSender = 64;
/** A delivery waits so long at most until the guard knows what it says of a storm. */
const patienceMs = 500;

/** What is answered to a delivery: what became of its alerts, and the first of those that were not taken. */
export interface Answer extends Receipt {
  rejectedCount: number;
  rejected: Intake['rejected'];
  truncated: number;
}

/** Where a body comes from, and what the route that it came by is for. */
export interface From {
  kind: DeliveryBody['kind'];
  sender: Sender | undefined;
  isAwaited: IsAwaited;
}

/** Takes a body that was read. Rejects with INVALID_ALERT for another kind, with 503 errors where an alert is not held. */
export type Take = (body: unknown, from: From) => Promise<Answer>;

type TakeDeps = Pick<ApiDeps, 'intake' | 'guard' | 'cluster' | 'metrics' | 'logger' | 'now'>;

/** One per process: all deliveries share what it remembers. */
export function createTake(deps: TakeDeps, limits: ApiLimits): Take {
  const deliver = createDeliver({ intake: deps.intake, now: deps.now, limits });
  const guard = createTellGuard(deps.guard, deps.now);
  const tellAlerting = createTellAlerting(deps);
  const count = createCount(deps);

  // Before the alerts that were not left out start runs: it is a sign of a storm. Not knowing of it refuses nobody.
  const tellOfTruncation = (sender: string) =>
    guard
      .truncated(sender)
      .catch((err: unknown) => deps.logger.warn({ err }, 'the guard was not told that alerts were left out'));
  const tellGuard = async (sender: string, { alerts, truncated }: Intake) => {
    await Promise.all([truncated > 0 && tellOfTruncation(sender), tellAlerting(alerts)]);
  };

  return async (given, { kind, sender: known, isAwaited }) => {
    const body = deliveryOf(given, kind);
    const intake = await read(body, known, deps);
    const sender = plainLine(known?.name ?? body.receiver ?? kind).slice(0, longestSender);
    count(intake, sender);
    await patiently(tellGuard(sender, intake), patienceMs);
    // They start no run, so somebody must know of them before they are acknowledged.
    const others = guard.unknownClusters(sender, intake.unknownClusters);
    const receipt = await deliver(intake.alerts, { isAwaited, others });
    const { rejected, truncated } = intake;
    return { ...receipt, rejectedCount: rejected.length, rejected: rejected.slice(0, shownRejections), truncated };
  };
}

/** The body as it was read; INVALID_ALERT where there is none, or one of the other kind. */
function deliveryOf(body: unknown, kind: DeliveryBody['kind']): DeliveryBody {
  const delivery = body as DeliveryBody | null | undefined;
  if (delivery?.kind === kind) return delivery;
  const wanted = kind === 'list' ? 'must be an array of alerts' : 'must be an object with the array alerts';
  throw new MendflowError('INVALID_ALERT', `body: ${wanted}`);
}

async function read(
  { alerts, ...head }: DeliveryBody,
  sender: Sender | undefined,
  { cluster, now }: Pick<ApiDeps, 'cluster' | 'now'>,
): Promise<Intake> {
  const receivedAt = new Date(now()).toISOString();
  const receiver = head.kind === 'list' ? 'prometheus' : head.receiver;
  const { intake, take } = openIntake(
    { ...head, receiver },
    { cluster, clusters: sender?.clusters ?? [cluster], receivedAt },
  );
  let taken = 0;
  for (const item of alerts) {
    take(item);
    taken += 1;
    if (taken % alertsATurn === 0) await rest();
  }
  return intake;
}

/** Counts a delivery's alerts, and writes one line of bounded length where some are not taken. */
function createCount({ metrics, logger }: Pick<ApiDeps, 'metrics' | 'logger'>) {
  const receiverLabel = createLabelBound(20);
  return ({ alerts, rejected, truncated, unknownClusters }: Intake, sender: string) => {
    for (const [status, { length }] of Map.groupBy(alerts, (alert) => alert.status)) {
      metrics.alertsReceived.inc({ receiver: receiverLabel(alerts[0]?.receiver ?? ''), status }, length);
    }
    for (const [reason, { length }] of Map.groupBy(rejected, (rejection) => rejection.reason)) {
      metrics.alertsRejected.inc({ reason }, length);
    }
    if (truncated > 0) metrics.alertsRejected.inc({ reason: 'truncated' }, truncated);
    if (rejected.length === 0 && truncated === 0) return;
    const detail = JSON.stringify({ rejected: rejected.slice(0, 5), clusters: [...unknownClusters].slice(0, 5) });
    logger.warn(
      { count: rejected.length + truncated, sender, detail },
      'a delivery left alerts out, or some of its alerts were rejected',
    );
  };
}
