import type { Alert } from '../../domain/alert/alert.ts';
import { remediationWorkflowId } from '../../domain/run/contract.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import type { ApiLimits, IntakePort } from '../ports.ts';
import { createDeliveryMemory } from './delivery-memory.ts';
import { createRepeats } from './repeats.ts';
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

/** Hands a delivery's alerts over; resolves only when every one is held, throws a 503 error within the deadline otherwise. */
export type Deliver = (alerts: readonly Alert[]) => Promise<Receipt>;

interface Parts {
  intake: IntakePort;
  now: () => number;
  limits: Pick<ApiLimits, 'maxStarts' | 'deliveryDeadlineMs'>;
}

/** One per process: the alerts of all deliveries share its slots, and its memories of repeats and of those cut short. */
export function createDeliver({ intake, now, limits }: Parts): Deliver {
  const inSlot = createSlots(limits.maxStarts);
  const memory = createDeliveryMemory(now);
  const repeats = createRepeats(now);

  const handOver = async (alert: Alert): Promise<Fate> => {
    const fate = await fateOf(intake, alert);
    repeats.handed(alert);
    return fate;
  };

  // A delivery that was answered 503 leaves calls under way behind; its repeat waits for them instead of starting a
  // second run, which it would where the first one has ended by then.
  const underWay = new Map<string, Promise<Fate>>();
  const hand = (key: string, alert: Alert): Promise<Fate> => {
    const handing = underWay.get(key) ?? handOver(alert).finally(() => underWay.delete(key));
    underWay.set(key, handing);
    return handing;
  };

  return async (alerts) => {
    const receipt: Receipt = { accepted: 0, duplicates: 0, resolved: 0, unmatched: 0 };
    const distinct = new Map(alerts.map((alert) => [keyOf(alert), alert] as const));
    const open = [...distinct].filter(([key, alert]) => !memory.isHeld(key) && !repeats.isRepeat(alert));
    receipt.duplicates = alerts.length - open.length;
    const held: string[] = [];
    const stop = new AbortController();

    const handAll = (status: Alert['status']) => {
      const rest = open.filter(([, alert]) => alert.status === status).values();
      const lane = async () => {
        for (let next = rest.next(); next.done !== true && !stop.signal.aborted; next = rest.next()) {
          const [key, alert] = next.value;
          await inSlot(async () => {
            if (stop.signal.aborted) return;
            receipt[await hand(key, alert)] += 1;
            held.push(key);
            if (stop.signal.aborted) memory.keep([key]);
          });
        }
      };
      return Promise.all(Array.from({ length: Math.min(limits.maxStarts, open.length) }, lane));
    };

    try {
      // A resolved alert of this body may end what its firing one starts, so all of those come first.
      const done = handAll('firing').then(() => handAll('resolved'));
      await within(done, limits.deliveryDeadlineMs, () => `${held.length} of ${open.length} alerts are held so far`);
    } catch (error) {
      memory.keep(held);
      throw error;
    } finally {
      stop.abort();
    }
    memory.forget(
      [...distinct.values()].flatMap((alert) => [keyOf(alert), keyOf({ ...alert, status: otherStatus[alert.status] })]),
    );
    return receipt;
  };
}

async function fateOf(intake: IntakePort, alert: Alert): Promise<Fate> {
  if (alert.status === 'firing') return (await intake.start(alert)).started ? 'accepted' : 'duplicates';
  return (await intake.resolve(alert)).known ? 'resolved' : 'unmatched';
}

const otherStatus = { firing: 'resolved', resolved: 'firing' } as const;

const keyOf = (alert: Alert) => `${alert.status} ${alert.startsAt} ${remediationWorkflowId(alert)}`;

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
