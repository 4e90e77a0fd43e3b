import type { Alert } from '../../domain/alert/alert.ts';
import { remediationWorkflowId } from '../../domain/run/contract.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import type { ApiLimits, IntakePort } from '../ports.ts';
import { createDeliveryMemory, type DeliveryMemory } from './delivery-memory.ts';
import { type CallBackAfter, callBackAfter } from './pacing.ts';
import { createRepeats, type Repeats } from './repeats.ts';
import { createRunPace } from './run-pace.ts';
import { createSlots } from './slots.ts';

/** What became of a delivery's alerts; together they are all of them. */
export interface Receipt {
  /** Firing alerts that started a run. */
  accepted: number;
  /** Alerts that joined a run, and repeats. */
  duplicates: number;
  /** Resolved alerts that a running run was told of. */
  resolved: number;
  /** Resolved alerts that no run was waiting for. */
  unmatched: number;
}

type Fate = keyof Receipt;

/** Whether somebody still waits for the answer. A sender who does not will come again with the same alerts. */
export type IsAwaited = () => boolean;

/** What the answer to a delivery depends on beside its alerts. */
export interface Answering {
  isAwaited?: IsAwaited;
  /** What else must be done before it is answered; where this fails, the sender comes again. */
  others?: Promise<unknown>;
}

/**
 * Hands a delivery's alerts over; resolves only when every one is held and `others` is done, throws a 503 error within the
 * deadline otherwise. The delivery is answered then, and remembered as it is answered.
 */
export type Deliver = (alerts: readonly Alert[], answering?: Answering) => Promise<Receipt>;

interface Parts {
  intake: IntakePort;
  now: () => number;
  limits: Pick<ApiLimits, 'maxStarts' | 'deliveryDeadlineMs'>;
  after?: CallBackAfter;
}

/** One per process: the alerts of all deliveries share its slots, its pace, and its memories of repeats and of those cut short. */
export function createDeliver({ intake, now, limits, after = callBackAfter }: Parts): Deliver {
  const memory = createDeliveryMemory(now);
  const repeats = createRepeats(now);
  const hand = createHand(intake, repeats);
  const handAll = createHandAll({ hand, memory, maxStarts: limits.maxStarts, now, after });

  return async (alerts, { isAwaited = () => true, others = Promise.resolve() } = {}) => {
    // It may fail while alerts are still handed over; that is met below.
    others.catch(() => {});
    const receipt: Receipt = { accepted: 0, duplicates: 0, resolved: 0, unmatched: 0 };
    const distinct = new Map(alerts.map((alert) => [keyOf(alert), alert] as const));
    const open = [...distinct].filter(([key, alert]) => !memory.isHeld(key) && !repeats.isRepeat(alert));
    receipt.duplicates = alerts.length - open.length;
    const stop = new AbortController();
    const delivery: Delivery = { receipt, held: [], late: [], stopped: stop.signal };
    const handThe = (status: Alert['status']) =>
      handAll(
        delivery,
        open.filter(([, alert]) => alert.status === status),
      );

    try {
      // A resolved alert of this body may end what its firing one starts, so all of those come first.
      const done = handThe('firing')
        .then(() => handThe('resolved'))
        .then(() => Promise.all(delivery.late))
        .then(() => others);
      const progress = () => `${delivery.held.length} of ${open.length} alerts are held so far`;
      await within(done, limits.deliveryDeadlineMs, progress);
    } catch (error) {
      memory.keep(delivery.held);
      throw error;
    } finally {
      stop.abort();
    }
    if (isAwaited()) memory.forget([...distinct.values()].flatMap(keysOf));
    else memory.keep(distinct.keys());
    return receipt;
  };
}

/** A delivery while it is handed over. */
interface Delivery {
  receipt: Receipt;
  /** Keys of the alerts that are held. */
  held: string[];
  /** Alerts of runs that were handed enough for the moment. */
  late: Promise<void>[];
  /** Set when the delivery is answered. */
  stopped: AbortSignal;
}

type Hand = (key: string, alert: Alert) => Promise<Fate>;

/** Hands one alert to Temporal. */
function createHand(intake: IntakePort, repeats: Repeats): Hand {
  const handOver = async (alert: Alert): Promise<Fate> => {
    const fate = await fateOf(intake, alert);
    repeats.handed(alert);
    return fate;
  };
  // A delivery that was answered 503 leaves calls under way behind; its repeat waits for them instead of starting a
  // second run, which it would where the first one has ended by then.
  const underWay = new Map<string, Promise<Fate>>();
  return (key, alert) => {
    const handing = underWay.get(key) ?? handOver(alert).finally(() => underWay.delete(key));
    underWay.set(key, handing);
    return handing;
  };
}

interface Handing {
  hand: Hand;
  memory: DeliveryMemory;
  maxStarts: number;
  now: () => number;
  after: CallBackAfter;
}

/** Hands over the alerts of a delivery in the slots of all; those that must wait for their run take none meanwhile. */
function createHandAll({ hand, memory, maxStarts, now, after }: Handing) {
  const inSlot = createSlots(maxStarts);
  const pace = createRunPace({ now, after, handOver: (alert) => inSlot(() => hand(keyOf(alert), alert)) });
  const note = ({ receipt, held, stopped }: Delivery, key: string, fate: Fate) => {
    receipt[fate] += 1;
    held.push(key);
    if (stopped.aborted) memory.keep([key]);
  };
  const handLate = async (delivery: Delivery, key: string, alert: Alert) => {
    const fate = await pace.atWindowEnd(alert);
    note(delivery, key, fate === 'superseded' ? 'duplicates' : fate);
  };
  return (delivery: Delivery, alerts: readonly (readonly [key: string, alert: Alert])[]) => {
    const { late, stopped } = delivery;
    const rest = alerts.values();
    const lane = async () => {
      for (let next = rest.next(); next.done !== true && !stopped.aborted; next = rest.next()) {
        const [key, alert] = next.value;
        if (pace.admits(alert)) {
          await inSlot(async () => {
            if (!stopped.aborted) note(delivery, key, await hand(key, alert));
          });
        } else {
          const handing = handLate(delivery, key, alert);
          // Nobody asks for it where the delivery fails before.
          handing.catch(() => {});
          late.push(handing);
        }
      }
    };
    return Promise.all(Array.from({ length: Math.min(maxStarts, alerts.length) }, lane));
  };
}

async function fateOf(intake: IntakePort, alert: Alert): Promise<Fate> {
  if (alert.status === 'firing') return (await intake.start(alert)).started ? 'accepted' : 'duplicates';
  return (await intake.resolve(alert)).known ? 'resolved' : 'unmatched';
}

const otherStatus = { firing: 'resolved', resolved: 'firing' } as const;

const keyOf = (alert: Alert) => `${alert.status} ${alert.startsAt} ${remediationWorkflowId(alert)}`;

const keysOf = (alert: Alert) => [keyOf(alert), keyOf({ ...alert, status: otherStatus[alert.status] })];

async function within(work: Promise<unknown>, limitMs: number, progress: () => string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new MendflowError('OVERLOADED', progress(), { retryAfterMs: 1_000 })), limitMs);
  });
  try {
    await Promise.race([work, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
