import { actions } from '../../../activities/actions/index.ts';
import type { Alert } from '../../../domain/alert/alert.ts';
import { fingerprintOf } from '../../../domain/alert/fingerprint.ts';
import { type Policy, policySchema } from '../../../domain/policy/policy.ts';
import { deploy } from '../../../simulation/cluster/deploy.ts';
import type { PodRecord, WorkloadRecord } from '../../../simulation/cluster/records.ts';
import { World, type WorldOptions } from '../../../simulation/world.ts';
import { startMs } from './open-server.ts';

export { startMs };
export const minutes = (count: number) => count * 60_000;

/** Policy `crash-loop` in Auto mode for namespace `shop`: evict, then restart. */
export function aPolicy(spec: Record<string, unknown> = {}, name = 'crash-loop'): Policy {
  return policySchema(actions).parse({
    apiVersion: 'mendflow.dev/v1alpha1',
    kind: 'RemediationPolicy',
    metadata: { name },
    spec: {
      mode: 'Auto',
      match: { alerts: ['alertname="PodCrashLooping"'] },
      scope: { namespaces: ['shop'] },
      verify: [{ podCondition: { reason: 'CrashLoopBackOff' } }],
      steps: [
        { evictPod: {}, within: '5m' },
        { rolloutRestart: {}, within: '10m' },
      ],
      escalation: [{ notify: ['oncall'], acknowledgeWithin: '15m' }, { notify: ['pager'] }],
      ...spec,
    },
  });
}

/** A firing alert about a pod. */
export function anAlert({ base }: PodRecord, given: Partial<Alert> = {}): Alert {
  const labels = { alertname: 'PodCrashLooping', namespace: base.ref.namespace, pod: base.ref.name };
  const at = new Date(startMs).toISOString();
  return {
    fingerprint: fingerprintOf(labels),
    alertname: labels.alertname,
    cluster: 'default',
    status: 'firing',
    labels,
    annotations: {},
    startsAt: at,
    receiver: 'mendflow',
    receivedAt: at,
    ...given,
  };
}

export interface Shop {
  world: World;
  checkout: WorkloadRecord;
  pods: PodRecord[];
  /** The first pod, which crashes since two minutes. */
  ill: PodRecord;
}

/** A world with Deployment `shop/checkout`, three pods on three nodes, the first of which crashes at every start. */
export function aShop(options: Partial<WorldOptions> = {}): Shop {
  const world = new World({ policies: [aPolicy()], startMs, ...options });
  const { store } = world.cluster;
  for (const name of ['n1', 'n2', 'n3']) store.addNode(name, `zone-${name}`);
  const { workload: checkout, pods } = deploy(store, { namespace: 'shop', name: 'checkout' });
  const [ill] = pods;
  if (ill === undefined) throw new Error('no pod');
  store.faults.push({ shape: 'CrashLoopBackOff', in: { pod: ill.base.ref.uid }, fromMs: startMs - minutes(2) });
  return { world, checkout, pods, ill };
}
