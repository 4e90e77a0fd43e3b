import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CaseResult, readSuite, type Suite } from '../../../simulation/policy-test/index.ts';
import { runCase } from '../../../simulation/policy-test/run-case.ts';

/** The folder of the ready-made policies. */
export const policyFolder = join(import.meta.dirname, '..', '..', '..', 'policies');

/** A policy that evicts and then restarts, in Auto mode for namespace shop. */
export const aPolicyText = `apiVersion: mendflow.dev/v1alpha1
kind: RemediationPolicy
metadata: { name: crash-loop }
spec:
  mode: Auto
  match: { alerts: ['alertname="PodCrashLooping"'] }
  scope: { namespaces: [shop] }
  verify: [{ podCondition: { reason: CrashLoopBackOff } }]
  guards: { sameFailure: 5 }
  steps: [{ evictPod: {}, within: 5m }, { rolloutRestart: {}, within: 10m, approval: Required }]
  escalation: [{ notify: [oncall], acknowledgeWithin: 15m }, { notify: [pager] }]
`;

/** The suite of a text that stands beside `policy.yaml`. */
export function suiteOf(text: string, policy = aPolicyText): Suite {
  const texts: Record<string, string> = { 'policy.test.yaml': text, 'policy.yaml': policy };
  return readSuite('policy.test.yaml', (path) => {
    const found = texts[path];
    if (found === undefined) throw Object.assign(new Error(path), { code: 'ENOENT' });
    return found;
  });
}

/** What came of each test of a suite without faults. */
export async function resultsOf(suite: Suite): Promise<CaseResult[]> {
  if (suite.faults.length > 0) throw new Error(suite.faults.join('\n'));
  const results: CaseResult[] = [];
  for (const policyCase of suite.cases) results.push(await runCase(policyCase));
  return results;
}

/** What came of the one test with these events, expectations and further fields, over Deployment shop/checkout. */
export async function played(test: string, cluster = ''): Promise<CaseResult> {
  const text = [
    'cluster:',
    '  workloads: [{ namespace: shop, name: checkout }]',
    cluster === '' ? '' : `  ${cluster}`,
    'tests:',
    '  - name: it',
    ...test.split('\n').map((line) => `    ${line.trim()}`),
  ];
  const [result] = await resultsOf(suiteOf(text.filter((line) => line !== '').join('\n')));
  if (result === undefined) throw new Error('there is no test');
  return result;
}

/** The text of a ready-made file. */
export const readyMade = (name: string): string => readFileSync(join(policyFolder, name), 'utf8');
