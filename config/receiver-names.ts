import { readFileSync } from 'node:fs';
import { MendflowError } from '../domain/errors.ts';
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
  return receivers.flatMap((receiver) => {
    const { name, fallback } = (receiver ?? {}) as { name?: unknown; fallback?: unknown };
    return typeof name === 'string' ? [{ name, isFallback: fallback === true }] : [];
  });
}
