import { readFileSync } from 'node:fs';
import { MendflowError } from '../../domain/run/errors.ts';
import type { Terminal } from '../terminal.ts';

/** One alert as Alertmanager writes it; the api reads the rest. */
export interface AlertItem {
  labels: Record<string, string>;
}

const labelShape = /^([a-zA-Z_][a-zA-Z0-9_]*)=(.*)$/s;

/**
 * The alerts that the arguments name: labels (`alertname=… pod=…`), or one file with a webhook body, a list of alerts or
 * one alert; `-` is stdin. Throws INVALID_REQUEST, saying what is wrong with them.
 */
export async function alertsNamed(terminal: Terminal, given: readonly string[]): Promise<AlertItem[]> {
  const [first] = given;
  if (first === undefined) {
    throw new MendflowError('INVALID_REQUEST', 'name an alert: a file, - for stdin, labels, or --run with a run');
  }
  const labels = given.map((word) => labelShape.exec(word));
  if (labels.every((label) => label !== null)) {
    return [{ labels: Object.fromEntries(labels.map(([, name, value]) => [name, value])) }];
  }
  if (given.length > 1) {
    const wrong = given.find((word) => !labelShape.test(word));
    throw new MendflowError(
      'INVALID_REQUEST',
      `${wrong} is not a label; write each label as name=value, or name one file`,
    );
  }
  const text = first === '-' ? await terminal.readInput() : readText(first);
  return alertsIn(text, first === '-' ? 'stdin' : first);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new MendflowError('INVALID_REQUEST', `${file}: cannot be read (${code})`);
  }
}

function alertsIn(text: string, name: string): AlertItem[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new MendflowError('INVALID_REQUEST', `${name}: is not JSON (${(cause as Error).message})`);
  }
  const { alerts } = (document ?? {}) as { alerts?: unknown };
  const items: unknown[] = Array.isArray(document) ? document : Array.isArray(alerts) ? alerts : [document];
  if (items.length > 0 && items.every(isAlert)) return items;
  throw new MendflowError('INVALID_REQUEST', `${name}: holds no alert; an alert has labels`);
}

function isAlert(item: unknown): item is AlertItem {
  return typeof item === 'object' && item !== null && typeof (item as { labels?: unknown }).labels === 'object';
}
