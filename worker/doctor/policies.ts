import { actions } from '../../activities/actions/index.ts';
import type { Config } from '../../config/config.ts';
import { readPolicyFolder } from '../../config/policy-folder.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import { type Examination, failed, ok, skipped, warning } from './examination.ts';

/** The policies of the folder; none where they come from the cluster. */
export function readPolicies({ policies: { source, folder }, receivers }: Config): {
  policies: readonly Policy[];
  examination: Examination;
} {
  const found = (look: () => ReturnType<Examination['look']>): Examination => ({ name: 'policies', look });
  if (source === 'crd') {
    const detail = 'they come from the cluster; kubectl get rempol -o wide shows their faults';
    return { policies: [], examination: found(async () => skipped(detail)) };
  }
  try {
    const vocabulary = { actions, receivers: receivers.map(({ name }) => name) };
    const { policies, faults } = readPolicyFolder(folder, vocabulary);
    return { policies, examination: found(async () => inWords(folder, policies, faults)) };
  } catch (error) {
    const fix = 'Set MENDFLOW_POLICIES to the folder of the policies.';
    return { policies: [], examination: found(async () => failed((error as Error).message, fix)) };
  }
}

function inWords(folder: string, policies: readonly Policy[], faults: readonly string[]) {
  if (faults.length > 0) return failed(faults.join('\n'), `Correct them; mendflow lint ${folder} says more.`);
  if (policies.length === 0)
    return warning(`${folder} has none: no alert leads to anything`, 'Copy one from policies/.');
  const acting = policies.filter(({ spec }) => spec.mode === 'Auto' || spec.mode === 'Approve').length;
  return ok(`${policies.length} in ${folder}, ${acting} of them may act (Auto or Approve)`);
}
