import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';

/** A policy as its file says it, for the alert of that name; the policy's own name is the alert's in lower case. */
export function aPolicyFor(alertname: string, spec: Record<string, unknown> = {}) {
  return {
    apiVersion: 'mendflow.dev/v1alpha1',
    kind: 'RemediationPolicy',
    metadata: { name: alertname.toLowerCase() },
    spec: {
      mode: 'Auto',
      match: { alerts: [`alertname="${alertname}"`] },
      scope: { namespaces: ['shop'] },
      verify: [{ podCondition: { reason: 'CrashLoopBackOff', restartsAtLeast: 1 } }],
      guards: { cooldown: '10s', maxUnhealthy: '100%' },
      steps: [{ evictPod: {}, within: '60s' }],
      healthy: { stableFor: '2s' },
      ...spec,
    },
  };
}

/** What a ready-made policy says, for that alert, and as it acts: in Auto. */
export function asShipped(alertname: string, file: string, spec: Record<string, unknown> = {}) {
  const text = readFileSync(join(import.meta.dirname, '..', '..', '..', 'policies', `${file}.yaml`), 'utf8');
  return aPolicyFor(alertname, { ...(parse(text) as { spec: object }).spec, mode: 'Auto', ...spec });
}

/** Writes the policies into the folder, one file each. */
export function writePolicies(folder: string, policies: readonly ReturnType<typeof aPolicyFor>[]): void {
  for (const policy of policies) writeFileSync(join(folder, `${policy.metadata.name}.yaml`), stringify(policy));
}
