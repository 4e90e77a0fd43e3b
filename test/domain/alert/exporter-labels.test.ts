import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { objectLabels } from '../../../domain/alert/exporter-labels.ts';
import { sightingOf } from '../../../domain/guard/sightings.ts';
import { choosePolicy } from '../../../domain/policy/match.ts';
import { startAttributesOf, startSummaryOf } from '../../../domain/run/start.ts';
import { namedTarget } from '../../../domain/target/named-target.ts';
import { anAlert, aPolicy } from '../../activities/support/cluster-deps.ts';

type Labels = Record<string, string>;

/** What kube-prometheus-stack's ServiceMonitor adds to a series of kube-state-metrics that lacks them. */
const stack = {
  container: 'kube-state-metrics',
  endpoint: 'http',
  instance: '10.244.1.7:8080',
  job: 'kube-state-metrics',
  pod: 'kps-kube-state-metrics-6b7c9d5f4-x2x7p',
  service: 'kps-kube-state-metrics',
};
/** A scrape by annotations, as the prometheus chart has it: no pod, but the exporter's node. */
const byAnnotations = {
  app_kubernetes_io_name: 'kube-state-metrics',
  instance: '10.244.1.7:8080',
  job: 'kubernetes-service-endpoints',
  service: 'prom-kube-state-metrics',
};
const nodeReady = { node: 'node-1', condition: 'Ready', status: 'true' };
const rollout = { deployment: 'checkout', condition: 'Progressing', status: 'false' };

const deployment = { namespace: 'shop', workload: { kind: 'Deployment', name: 'checkout' } };
const node = { namespace: '', workload: { kind: 'Node', name: 'node-1' } };

const named: [what: string, labels: Labels, target: object][] = [
  ['a Deployment', { ...stack, ...rollout, namespace: 'shop' }, deployment],
  ['a Deployment, scraped by annotations', { ...byAnnotations, ...rollout, namespace: 'shop', node: 'n9' }, deployment],
  [
    'a Deployment whose exporter has a name of its own',
    { ...stack, ...rollout, namespace: 'shop', service: 'ksm', pod: 'ksm-6b7c9d5f4-x2x7p' },
    deployment,
  ],
  [
    'a Deployment, scraped without honor_labels',
    { ...stack, ...rollout, namespace: 'monitoring', exported_namespace: 'shop' },
    deployment,
  ],
  [
    'a Job',
    { ...stack, namespace: 'shop', job_name: 'nightly-1', condition: 'true' },
    { namespace: 'shop', workload: { kind: 'Job', name: 'nightly-1' } },
  ],
  [
    'an autoscaler',
    { ...stack, namespace: 'shop', horizontalpodautoscaler: 'checkout' },
    { namespace: 'shop', autoscaler: 'checkout' },
  ],
  ['a node', { ...stack, ...nodeReady, namespace: 'monitoring' }, node],
  ['a node, scraped by annotations', { ...byAnnotations, ...nodeReady, namespace: 'monitoring' }, node],
  [
    'a node, scraped without honor_labels',
    { ...stack, ...nodeReady, namespace: 'monitoring', node: 'n9', exported_node: 'node-1' },
    node,
  ],
  [
    'a tainted node',
    { ...stack, namespace: 'monitoring', node: 'node-1', key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' },
    node,
  ],
  [
    'a pod',
    { ...stack, namespace: 'shop', pod: 'checkout-1', container: 'app', uid: 'u-1', reason: 'CrashLoopBackOff' },
    { namespace: 'shop', pod: 'checkout-1' },
  ],
  [
    'a pod, scraped without honor_labels',
    { ...stack, namespace: 'monitoring', exported_namespace: 'shop', exported_pod: 'checkout-1', uid: 'u-1' },
    { namespace: 'shop', pod: 'checkout-1' },
  ],
  [
    'a pod of an old exporter that gives no uid',
    { ...stack, namespace: 'shop', pod: 'checkout-1', container: 'app', node: 'node-1' },
    { namespace: 'shop', pod: 'checkout-1' },
  ],
  [
    'the exporter’s own pod, when that is what the series is about',
    { ...stack, namespace: 'monitoring', uid: 'u-9', reason: 'CrashLoopBackOff' },
    { namespace: 'monitoring', pod: stack.pod },
  ],
  [
    'the exporter’s own pod, when cAdvisor measures it',
    {
      namespace: 'monitoring',
      pod: stack.pod,
      container: 'kube-state-metrics',
      job: 'kubelet',
      service: 'kps-kubelet',
    },
    { namespace: 'monitoring', pod: stack.pod },
  ],
];

const refused: [what: string, labels: Labels, reason: string][] = [
  ['a namespace', { ...stack, namespace: 'shop', phase: 'Terminating' }, 'targetUnnamed'],
  [
    'a namespace beside the exporter’s node',
    { ...stack, namespace: 'shop', node: 'n9', phase: 'Terminating' },
    'targetUnnamed',
  ],
  [
    'a condition of a namespace beside the exporter’s node',
    { ...stack, namespace: 'shop', node: 'n9', condition: 'NamespaceContentRemaining', status: 'true' },
    'targetUnnamed',
  ],
  [
    'a custom resource beside the exporter’s node',
    { ...stack, namespace: 'shop', node: 'n9', customresource_kind: 'Kafka', condition: 'Ready', status: 'False' },
    'targetUnnamed',
  ],
  [
    'a claim that a pod mounts',
    { ...stack, namespace: 'shop', pod: 'orders-0', uid: 'u-1', persistentvolumeclaim: 'data-orders-0' },
    'targetAmbiguous',
  ],
  [
    'what another exporter says of a Deployment',
    { namespace: 'monitoring', exported_namespace: 'shop', deployment: 'checkout', job: 'another-exporter' },
    'targetAmbiguous',
  ],
];

describe('objectLabels', () => {
  it.each(named)('leave the object that kube-state-metrics speaks of: %s', (_, labels, target) => {
    expect(namedTarget({ alertname: 'A', ...labels })).toEqual({ kind: 'named', ...target });
  });

  it.each(refused)('name nothing where it is not sure what is meant: %s', (_, labels, reason) => {
    expect(namedTarget({ alertname: 'A', ...labels })).toMatchObject({ reason });
  });

  it('are the labels themselves where no exporter of that kind speaks', () => {
    const labels = { namespace: 'shop', pod: 'kube-state-metrics-1', container: 'kube-state-metrics', job: 'shop/api' };
    expect(objectLabels(labels)).toEqual(labels);
  });

  it('never hold a value that the alert does not have', () => {
    const name = fc.constantFrom(
      ...Object.keys({ ...stack, ...nodeReady, ...rollout }),
      'exported_pod',
      'exported_node',
    );
    fc.assert(
      fc.property(
        fc.dictionary(name, fc.constantFrom<string>('shop', 'kube-state-metrics', 'Ready', 'n1')),
        (labels) => {
          const values = Object.values(labels);
          expect(Object.values(objectLabels(labels)).filter((value) => !values.includes(value))).toEqual([]);
        },
      ),
    );
  });
});

describe('an alert that carries the exporter’s own labels', () => {
  const onNode = anAlert({ ...stack, ...nodeReady, namespace: 'monitoring' });
  const onDeployment = anAlert({ ...stack, ...rollout, namespace: 'monitoring', exported_namespace: 'shop' });

  it('is in the scope of the policy of its object', () => {
    const ofNodes = aPolicy({ name: 'nodes', scope: { nodes: { pool: 'a' } } });
    expect(choosePolicy([aPolicy(), ofNodes], onNode)).toMatchObject({ policy: ofNodes });
    expect(choosePolicy([aPolicy(), ofNodes], onDeployment)).toMatchObject({
      policy: { metadata: { name: 'memory-leak' } },
    });
  });

  it('counts for its own namespace and workload in a storm', () => {
    expect(sightingOf(onNode, 0)).toMatchObject({ namespace: '', workload: '/alert/node-1' });
    expect(sightingOf(onDeployment, 0)).toMatchObject({ namespace: 'shop', workload: 'shop/alert/checkout' });
  });

  it('is listed under its object', () => {
    expect(startAttributesOf(onDeployment)).toMatchObject({ KubeNamespace: 'shop' });
    expect(startAttributesOf(onNode)).not.toHaveProperty('KubeNamespace');
    expect(startSummaryOf(onDeployment)).toBe('shop/checkout MemoryLeakDetected');
  });
});
