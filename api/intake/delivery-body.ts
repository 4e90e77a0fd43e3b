import { intakeLimits, UnreadAlert, type Webhook } from '../../domain/alert/intake.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { JsonWalker } from './json-walker.ts';

/** Each alert that is taken costs as much as so many values, however small it is. */
const valuesOfTaking = 30;
/** One alert: more of it would cost more memory than the alert may take. A real one has 20 to 100 values. */
const valuesOfAlert = 4_000;
const depthOfAlert = 64;
const largestHeadField = 4_096;

/** A body whose alerts are parsed one by one, while they are read; `values` is what it costs in memory, counted in strings and containers. */
export interface DeliveryBody extends Webhook {
  /** A list is what Prometheus sends, an object is a webhook. */
  kind: 'webhook' | 'list';
  values: number;
  /** How many alerts there are, readable or not. */
  count: number;
}

interface Item {
  start: number;
  end: number;
  unread?: UnreadAlert['reason'];
}

/**
 * Finds the alerts of a body in one linear pass, without building anything: JSON.parse of a hostile body would take
 * thirty times its size. Throws INVALID_ALERT for what is no delivery. An alert that is too large, too deep or broken is
 * an UnreadAlert; fields that nobody reads may hold anything.
 */
export function readDelivery(bytes: Buffer): DeliveryBody {
  const walker = new JsonWalker(bytes);
  const head: Omit<Webhook, 'alerts'> = {};
  let items: Item[] | undefined;
  const kind = walker.sees('[') ? 'list' : 'webhook';
  if (kind === 'list') items = itemsAt(walker);
  else {
    walker.eachField((name) => {
      if (name === 'alerts') items = itemsAt(walker);
      else if (name === 'receiver') Object.assign(head, receiverIn(scalarAt(walker)));
      else if (name === 'truncatedAlerts') Object.assign(head, truncationIn(scalarAt(walker)));
      else walker.skipValue();
    });
  }
  walker.end();
  if (items === undefined) throw new MendflowError('INVALID_ALERT', 'body.alerts: is required');
  const values = walker.values + items.length * valuesOfTaking;
  return { ...head, kind, alerts: parsed(bytes, items), values, count: items.length };
}

function itemsAt(walker: JsonWalker): Item[] {
  if (!walker.sees('[')) throw new MendflowError('INVALID_ALERT', 'body.alerts: must be an array');
  const items: Item[] = [];
  walker.eachItem(() => {
    if (items.length === intakeLimits.alerts) {
      throw new MendflowError('INVALID_ALERT', `body.alerts: must hold at most ${intakeLimits.alerts} items`);
    }
    const { at: start, values } = walker;
    const depth = walker.skipValue();
    const item: Item = { start, end: walker.at };
    if (walker.values - values > valuesOfAlert) item.unread = 'tooLarge';
    else if (depth > depthOfAlert) item.unread = 'invalid';
    items.push(item);
  });
  return items;
}

function* parsed(bytes: Buffer, items: readonly Item[]): Generator<unknown> {
  for (const { start, end, unread } of items) {
    yield unread === undefined ? parse(bytes, start, end) : new UnreadAlert(unread);
  }
}

/** `__proto__` becomes a key like any other here, for the intake to refuse the alert that has it. */
function parse(bytes: Buffer, start: number, end: number): unknown {
  try {
    return JSON.parse(bytes.toString('utf8', start, end));
  } catch {
    return new UnreadAlert('invalid');
  }
}

/** The value of a field that should be short; undefined where it is not, or is no JSON. */
function scalarAt(walker: JsonWalker): unknown {
  const start = walker.at;
  walker.skipValue();
  if (walker.at - start > largestHeadField) return undefined;
  const value = parse(walker.bytes, start, walker.at);
  return value instanceof UnreadAlert ? undefined : value;
}

const receiverIn = (value: unknown) => (typeof value === 'string' ? { receiver: value } : {});
const truncationIn = (value: unknown) =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? { truncatedAlerts: value as number } : {};
