import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { namedTarget } from '../../../domain/target/named-target.ts';
import { isLabelName, isSubdomainName } from '../../../domain/text/names.ts';

type Labels = Record<string, string>;

const namedNode = (name: string) => ({ namespace: '', workload: { kind: 'Node', name } });

const named: [labels: Labels, target: object][] = [
  [
    { namespace: 'shop', pod: 'checkout-1' },
    { namespace: 'shop', pod: 'checkout-1' },
  ],
  [
    { namespace: 'shop', deployment: 'checkout' },
    { namespace: 'shop', workload: { kind: 'Deployment', name: 'checkout' } },
  ],
  [
    { namespace: 'shop', statefulset: 'db' },
    { namespace: 'shop', workload: { kind: 'StatefulSet', name: 'db' } },
  ],
  [
    { namespace: 'shop', daemonset: 'log' },
    { namespace: 'shop', workload: { kind: 'DaemonSet', name: 'log' } },
  ],
  [
    { namespace: 'shop', replicaset: 'c-7d9f' },
    { namespace: 'shop', workload: { kind: 'ReplicaSet', name: 'c-7d9f' } },
  ],
  [
    { namespace: 'shop', workload: 'db', workload_type: 'statefulset' },
    { namespace: 'shop', workload: { kind: 'StatefulSet', name: 'db' } },
  ],
  [
    { namespace: 'shop', workload: 'db', workload_kind: 'StatefulSet' },
    { namespace: 'shop', workload: { kind: 'StatefulSet', name: 'db' } },
  ],
  [
    { namespace: 'shop', pod: 'c-1', workload: 'c' },
    { namespace: 'shop', pod: 'c-1' },
  ],
  [
    { namespace: 'shop', deployment: 'c', replicaset: 'c-7d9f' },
    { namespace: 'shop', workload: { kind: 'Deployment', name: 'c' } },
  ],
  [
    { namespace: 'shop', pod: 'c-1', exported_pod: 'c-1', exported_namespace: 'shop' },
    { namespace: 'shop', pod: 'c-1' },
  ],
  [
    { namespace: 'shop', job_name: 'nightly-1', job: 'kube-state-metrics' },
    { namespace: 'shop', workload: { kind: 'Job', name: 'nightly-1' } },
  ],
  [{ node: 'node-1' }, { namespace: '', workload: { kind: 'Node', name: 'node-1' } }],
  [
    { node: 'ip-10-0-0-1.eu.internal', job: 'kubelet', instance: '10.0.0.1:10250' },
    namedNode('ip-10-0-0-1.eu.internal'),
  ],
  [
    { namespace: 'shop', pod: 'c-1', node: 'node-1' },
    { namespace: 'shop', pod: 'c-1' },
  ],
  [
    { namespace: 'shop', persistentvolumeclaim: 'data-db-0' },
    { namespace: 'shop', claim: 'data-db-0' },
  ],
  [
    { namespace: 'shop', horizontalpodautoscaler: 'checkout' },
    { namespace: 'shop', autoscaler: 'checkout' },
  ],
];

const refused: [labels: Labels, reason: string][] = [
  [{}, 'targetUnnamed'],
  [{ pod: 'checkout-1' }, 'targetUnnamed'],
  [{ namespace: 'shop' }, 'targetUnnamed'],
  [{ namespace: '', pod: 'checkout-1' }, 'targetUnnamed'],
  [{ namespace: 'shop', pod: '' }, 'targetUnnamed'],
  [{ namespace: 'shop', pod: '', deployment: 'checkout' }, 'targetUnnamed'],
  [{ namespace: 'shop', deployment: '' }, 'targetUnnamed'],
  [{ namespace: 'Shop', pod: 'checkout-1' }, 'targetInvalid'],
  [{ namespace: 'shop.eu', pod: 'checkout-1' }, 'targetInvalid'],
  [{ namespace: '..', pod: 'checkout-1' }, 'targetInvalid'],
  [{ namespace: 'shop', pod: 'a..b' }, 'targetInvalid'],
  [{ namespace: 'shop', pod: 'a/b' }, 'targetInvalid'],
  [{ namespace: 'shop', pod: 'a b' }, 'targetInvalid'],
  [{ namespace: 'shop', pod: 'a\n' }, 'targetInvalid'],
  [{ namespace: 'shop', pod: 'app in (a,b)' }, 'targetInvalid'],
  [{ namespace: 'shop', pod: 'x'.repeat(254) }, 'targetInvalid'],
  [{ namespace: 'shop', deployment: '*' }, 'targetInvalid'],
  [{ namespace: 'shop', workload: 'db', workload_type: 'cronjob' }, 'targetInvalid'],
  [{ namespace: 'shop', workload: 'db' }, 'targetAmbiguous'],
  [{ namespace: 'shop', deployment: 'a', statefulset: 'a' }, 'targetAmbiguous'],
  [{ namespace: 'shop', deployment: 'a', workload: 'b', workload_type: 'deployment' }, 'targetAmbiguous'],
  [{ namespace: 'monitoring', pod: 'kube-state-metrics-1', exported_pod: 'checkout-1' }, 'targetAmbiguous'],
  [{ namespace: 'monitoring', deployment: 'a', exported_namespace: 'shop' }, 'targetAmbiguous'],
  [{ node: '' }, 'targetUnnamed'],
  [{ node: '../pods' }, 'targetInvalid'],
  [{ node: 'Node_1' }, 'targetInvalid'],
  [{ node: 'node-1', pod: 'c-1' }, 'targetUnnamed'],
  [{ node: 'node-1', job_name: 'nightly-1' }, 'targetUnnamed'],
  [{ node: 'node-1', persistentvolumeclaim: 'data' }, 'targetUnnamed'],
  [{ namespace: 'shop', node: 'node-1' }, 'targetUnnamed'],
  [{ namespace: 'shop', job: 'kube-state-metrics' }, 'targetUnnamed'],
  [{ namespace: 'shop', job_name: '' }, 'targetUnnamed'],
  [{ namespace: 'shop', job_name: 'a/b' }, 'targetInvalid'],
  [{ namespace: 'shop', job_name: 'nightly', deployment: 'nightly' }, 'targetAmbiguous'],
  [{ namespace: 'shop', persistentvolumeclaim: 'data/x' }, 'targetInvalid'],
  [{ namespace: 'shop', persistentvolumeclaim: 'data', pod: 'c-1' }, 'targetAmbiguous'],
  [{ namespace: 'shop', horizontalpodautoscaler: 'c', deployment: 'c' }, 'targetAmbiguous'],
  [{ namespace: 'shop', horizontalpodautoscaler: 'c', persistentvolumeclaim: 'data' }, 'targetAmbiguous'],
];

describe('namedTarget', () => {
  it.each(named)('reads %j', (labels, target) => {
    expect(namedTarget(labels)).toEqual({ kind: 'named', ...target });
  });

  it.each(refused)('refuses %j as %s', (labels, reason) => {
    expect(namedTarget(labels)).toEqual({ kind: 'unnamed', reason, detail: expect.any(String) });
  });

  it('never gives a name that the API would read as something else', () => {
    const good = fc.constantFrom('shop', 'checkout-1', 'a.b');
    const bad = fc.oneof(fc.string(), fc.constantFrom('', '..', 'a/b', '%2e%2e'));
    const label = fc.oneof({ arbitrary: good, weight: 2 }, bad);
    const key = fc.constantFrom(
      ...['namespace', 'pod', 'deployment', 'statefulset', 'workload', 'workload_type', 'exported_pod', 'node'],
      ...['job_name', 'persistentvolumeclaim', 'horizontalpodautoscaler'],
    );
    const labelled = fc
      .tuple(fc.constantFrom({}, { namespace: 'shop' }), key, label, fc.dictionary(key, label, { maxKeys: 1 }))
      .map(([placed, name, value, more]): Record<string, string> => ({ ...placed, [name]: value, ...more }));
    let named = 0;
    fc.assert(
      fc.property(labelled, (labels) => {
        const target = namedTarget(labels);
        if ('reason' in target) return;
        named += 1;
        const { pod, workload, claim, autoscaler } = target;
        const names = [pod, workload?.name, claim, autoscaler].filter((name) => name !== undefined);
        const isPlaced = workload?.kind === 'Node' ? target.namespace === '' : isLabelName(target.namespace);
        expect([isPlaced, names.length > 0]).toEqual([true, true]);
        expect(names.filter((name) => !isSubdomainName(name))).toEqual([]);
      }),
      { numRuns: 500 },
    );
    // Most labels name nothing; enough of them must, or the property says nothing.
    expect(named).toBeGreaterThan(20);
  });
});
