import { actions } from '../../../activities/actions/index.ts';
import { createCensus } from '../../../activities/census.ts';
import type { ClusterDeps } from '../../../activities/cluster-deps.ts';
import { clusterLimits } from '../../../activities/cluster-deps.ts';
import type { Cluster } from '../../../activities/kubernetes/port.ts';
import { nothingConfigured, openOutside } from '../../../activities/outside/outside.ts';
import type { Alert } from '../../../domain/alert/alert.ts';
import { type Policy, policySchema } from '../../../domain/policy/policy.ts';
import { testKeys } from '../../support/permitted.ts';
import { nowMs } from './builders.ts';

interface PolicyParts {
  name?: string;
  verify?: unknown[];
  scope?: object;
  steps?: unknown[];
}

/** Policy `memory-leak` for namespace `shop`, in Auto mode. */
export function aPolicy({ name = 'memory-leak', verify, scope, steps }: PolicyParts = {}): Policy {
  return policySchema(actions).parse({
    apiVersion: 'mendflow.dev/v1alpha1',
    kind: 'RemediationPolicy',
    metadata: { name },
    spec: {
      mode: 'Auto',
      match: { alerts: ['alertname=~"MemoryLeakDetected|PodCrashLooping"'] },
      scope: scope ?? { namespaces: ['shop'] },
      verify: verify ?? [{ podCondition: { reason: 'OOMKilled', restartsAtLeast: 2, within: '10m' } }],
      steps: steps ?? [{ evictPod: {} }, { rolloutRestart: {} }],
    },
  });
}

export function anAlert(labels: Record<string, string> = { namespace: 'shop', pod: 'checkout-1' }): Alert {
  return {
    fingerprint: '0123456789abcdef',
    alertname: 'MemoryLeakDetected',
    cluster: 'test',
    status: 'firing',
    labels: { alertname: 'MemoryLeakDetected', ...labels },
    annotations: {},
    startsAt: new Date(nowMs).toISOString(),
    receiver: 'mendflow',
    receivedAt: new Date(nowMs).toISOString(),
  };
}

/** Dependencies around a cluster: time stands still unless `now` moves it. */
export function depsOf(cluster: Cluster, changes: Partial<ClusterDeps> = {}): ClusterDeps {
  return {
    cluster,
    clusterName: 'test',
    policies: () => [aPolicy()],
    policySource: () => ({ source: '/etc/mendflow/policies', refused: [] }),
    actions,
    now: () => nowMs,
    monotonicMs: () => 0,
    keys: testKeys,
    census: createCensus(cluster, () => nowMs),
    outside: openOutside(nothingConfigured),
    switches: { mode: 'Auto' },
    guardPause: async () => undefined,
    identity: { ownNamespace: 'automation' },
    logger: { warn: () => undefined },
    limits: { ...clusterLimits, pollEveryMs: 1 },
    ...changes,
  };
}
