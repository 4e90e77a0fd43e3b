import { readFileSync } from 'node:fs';
import { MendflowError } from '../domain/run/errors.ts';
import { parseConfigFile } from './file.ts';

/** A receiver as far as a policy can know it. */
export interface ReceiverName {
  name: string;
  isFallback: boolean;
}

/**
 * The receivers that a configuration file declares, without their secrets: those need not be there where policies are
 * only checked. Throws INVALID_CONFIG when the file cannot be read.
 */
export function receiversIn(file: string): ReceiverName[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new MendflowError('INVALID_CONFIG', `${file}: cannot be read (${code ?? 'unknown'})`);
  }
  const { values, faults } = parseConfigFile(file, text);
  if (faults.length > 0) throw new MendflowError('INVALID_CONFIG', faults.join('\n'));
  const receivers = Array.isArray(values.receivers) ? (values.receivers as unknown[]) : [];
  const named = receivers.flatMap((receiver) => {
    const { name, fallback } = (receiver ?? {}) as { name?: unknown; fallback?: unknown };
    return typeof name === 'string' ? [{ name, fallback: fallback === true }] : [];
  });
  return withFallback(named).map(({ name, fallback }) => ({ name, isFallback: fallback }));
}

/** What an operator is told where the configuration has no receiver at all. */
const noReceiver =
  'no receiver is configured, so nobody is told when a person is needed; add one under receivers in the configuration file';

/** Who hears what no policy addresses: storms, outages, unknown clusters, and pages of policies that name nobody. */
export function fallbackInWords(receivers: readonly { name: string; fallback: boolean }[]): string {
  const told = withFallback(receivers).find(({ fallback }) => fallback);
  if (told === undefined) return noReceiver;
  const words = `receiver ${told.name} is told of storms and outages, and of what no policy addresses`;
  return receivers.length === 1 ? words : `${words}; fallback: true on a receiver chooses it`;
}

/** Makes the first receiver the fallback where none is marked, so that a page without a named receiver reaches somebody. */
export function withFallback<R extends { fallback: boolean }>(receivers: readonly R[]): R[] {
  if (receivers.some(({ fallback }) => fallback)) return [...receivers];
  return receivers.map((receiver, index) => (index === 0 ? { ...receiver, fallback: true } : receiver));
}
