import { type FSWatcher, readdirSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import type { Policy } from '../domain/policy/policy.ts';
import { MendflowError } from '../domain/run/errors.ts';
import type { PolicyVocabulary } from './policy-fault.ts';
import { faultInWords, type PlacedPolicy, placePolicies, type ReadPolicies } from './policy-text.ts';

/** Names of the policy files in a folder, in order; their tests are none. Throws as readdir does. */
export function policyFiles(folder: string): string[] {
  const isPolicy = (name: string) => /\.ya?ml$/.test(name) && !/[.]test[.]ya?ml$/.test(name);
  return readdirSync(folder).filter(isPolicy).sort();
}

/** Reads all policy files of a folder; a name used twice is a fault. Throws INVALID_POLICY when it cannot be listed. */
export function readPolicyFolder(folder: string, vocabulary: PolicyVocabulary): ReadPolicies {
  let names: string[];
  try {
    names = policyFiles(folder);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new MendflowError(
      'INVALID_POLICY',
      `the policy folder ${folder} cannot be read (${code}); set MENDFLOW_POLICIES`,
    );
  }
  const owners = new Map<string, string>();
  const all: ReadPolicies = { policies: [], faults: [] };
  for (const name of names) {
    const path = join(folder, name);
    const { policies, faults } = readFile(path, vocabulary);
    all.faults.push(...faults);
    for (const { policy, lineOf } of policies) {
      const own = policy.metadata.name;
      const owner = owners.get(own);
      if (owner !== undefined) {
        const message = `the name ${own} is taken by ${owner}; give each policy a name of its own`;
        const field = 'metadata.name';
        all.faults.push(faultInWords({ file: path, line: lineOf(['metadata', 'name']), field, message }));
      }
      owners.set(own, name);
      all.policies.push(policy);
    }
  }
  return all;
}

function readFile(path: string, vocabulary: PolicyVocabulary): { policies: PlacedPolicy[]; faults: string[] } {
  try {
    const { policies, faults } = placePolicies(path, readFileSync(path, 'utf8'), vocabulary);
    return { policies, faults: faults.map(faultInWords) };
  } catch (cause) {
    return { policies: [], faults: [`${path}: cannot be read (${(cause as NodeJS.ErrnoException).code})`] };
  }
}

/** The policies in force, kept current with their folder. */
export interface PolicySource {
  current(): readonly Policy[];
  /** Reads the folder now. */
  reload(): void;
  close(): void;
}

export interface PolicyEvents {
  loaded(policies: readonly Policy[]): void;
  /** The folder holds faults: the set before stays in force. */
  refused(faults: readonly string[]): void;
}

/** Editors write a file in several steps; one reload follows them all. */
const settleMs = 200;

/**
 * Opens a folder of policies and follows its changes. A set with any fault is refused whole and the last good one
 * stays. Throws INVALID_POLICY, with every fault, when there is no good set to begin with.
 */
export function openPolicyFolder(folder: string, vocabulary: PolicyVocabulary, events: PolicyEvents): PolicySource {
  const first = readPolicyFolder(folder, vocabulary);
  if (first.faults.length > 0) {
    throw new MendflowError('INVALID_POLICY', `The policies have faults:\n  ${first.faults.join('\n  ')}`);
  }
  let policies = first.policies;
  events.loaded(policies);
  const reload = () => {
    const next = readSafely(folder, vocabulary);
    if (next.faults.length > 0) return events.refused(next.faults);
    policies = next.policies;
    events.loaded(policies);
  };
  let timer: NodeJS.Timeout | undefined;
  const watcher: FSWatcher = watch(folder, () => {
    clearTimeout(timer);
    timer = setTimeout(reload, settleMs);
  });
  watcher.on('error', (error) =>
    events.refused([`${folder}: is not followed any more (${error.message}); restart the worker`]),
  );
  return {
    current: () => policies,
    reload,
    close() {
      clearTimeout(timer);
      watcher.close();
    },
  };
}

function readSafely(folder: string, vocabulary: PolicyVocabulary): ReadPolicies {
  try {
    return readPolicyFolder(folder, vocabulary);
  } catch (cause) {
    return { policies: [], faults: [(cause as Error).message] };
  }
}
