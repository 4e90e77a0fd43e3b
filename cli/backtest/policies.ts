import { readFileSync, statSync } from 'node:fs';
import { actions } from '../../activities/actions/index.ts';
import { readPolicyFolder } from '../../config/policy-folder.ts';
import { readPolicyText } from '../../config/policy-text.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import type { Terminal } from '../terminal.ts';

/** Receivers are nobody's business here. */
const vocabulary = { actions, receivers: undefined };

/**
 * The policies in files, folders and stdin (`-`) as one set. Throws INVALID_POLICY with every fault, and INVALID_REQUEST
 * when there is none.
 */
export async function policiesAt(terminal: Terminal, paths: readonly string[]): Promise<Policy[]> {
  const read = await Promise.all(paths.map((path) => policiesIn(terminal, path)));
  const policies = read.flatMap((one) => one.policies);
  const faults = [...read.flatMap((one) => one.faults), ...sharedNames(policies)];
  if (faults.length > 0)
    throw new MendflowError('INVALID_POLICY', `The policies have faults:\n  ${faults.join('\n  ')}`);
  if (policies.length === 0) throw new MendflowError('INVALID_REQUEST', `there is no policy in ${paths.join(', ')}`);
  return policies;
}

async function policiesIn(terminal: Terminal, path: string) {
  if (path === '-') return readPolicyText('stdin', await terminal.readInput(), vocabulary);
  try {
    if (statSync(path).isDirectory()) return readPolicyFolder(path, vocabulary);
    return readPolicyText(path, readFileSync(path, 'utf8'), vocabulary);
  } catch (cause) {
    if (cause instanceof MendflowError) throw cause;
    return { policies: [], faults: [`${path}: cannot be read (${(cause as NodeJS.ErrnoException).code})`] };
  }
}

function sharedNames(policies: readonly Policy[]): string[] {
  const names = policies.map(({ metadata }) => metadata.name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  return [...new Set(twice)].map((name) => `the name ${name} is used twice`);
}
