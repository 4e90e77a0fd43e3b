import { z } from 'zod';
import { duration } from '../../../domain/duration-field.ts';
import { labelsField } from '../../../domain/label-field.ts';
import { kubernetesName } from '../../../domain/policy.ts';
import { workloadKinds } from '../../../domain/target.ts';
import type { FaultShape } from '../../cluster/faults.ts';
import { anyPlace, moment, podPlace, workloadPlace } from './fields.ts';
import { keyed, strict } from './mapping.ts';

const objectName = () => z.string().regex(kubernetesName, 'must be a Kubernetes name');
const annotations = () => z.record(z.string().max(317), z.string().max(2_000));

const node = strict({
  name: objectName(),
  zone: objectName().optional().describe('Label topology.kubernetes.io/zone.'),
});

const namespace = strict({
  name: objectName(),
  labels: labelsField().optional(),
  annotations: annotations().optional().describe('mendflow.dev/mode and mendflow.dev/pause-until among them.'),
});

const workload = strict({
  kind: z.enum(workloadKinds).default('Deployment'),
  namespace: objectName(),
  name: objectName(),
  replicas: z.int().min(0).max(500).default(3).describe('Of a DaemonSet there is one pod on each node instead.'),
  labels: labelsField().optional().describe('app.kubernetes.io/part-of names the application.'),
  annotations: annotations().optional(),
  strategy: z.enum(['RollingUpdate', 'Recreate', 'OnDelete']).default('RollingUpdate'),
  images: z.array(z.string().min(1)).max(20).optional(),
  configs: z
    .array(z.string().min(1))
    .max(20)
    .optional()
    .describe('ConfigMaps and Secrets it uses: configmap/settings.'),
  startup: duration({ max: '1h' }).prefault('5s').describe('How long a new pod takes until it is ready.'),
  age: duration().prefault('1h').describe('How long its pods have been there.'),
});

const disruptionBudget = strict({
  namespace: objectName(),
  labels: labelsField().describe('Whose pods it protects; each pod has its workload’s labels and app: <workload>.'),
  minAvailable: z.int().min(0).max(500),
});

/** What can be wrong with a pod, by the way it shows. */
const shapes = [
  'CrashLoopBackOff',
  'OOMKilled',
  'Error',
  'ImagePullBackOff',
  'CreateContainerConfigError',
  'NotReady',
] as const satisfies readonly FaultShape[];

const anyFault = {
  shape: z.enum(shapes).describe('How it shows in the status of a pod.'),
  from: moment().prefault('0s').describe('When it begins; -5m: it has been there for five minutes.'),
  until: moment().optional().describe('When it goes away by itself.'),
  after: duration({ max: '24h' }).prefault('0s').describe('A pod is well for so long after its start: a leak.'),
};

const fault = keyed('a fault', {
  pod: strict({ ...anyFault, pod: podPlace().describe('A fresh pod in its place is well.') }),
  node: strict({ ...anyFault, node: objectName().describe('Pods elsewhere are well; NotReady: the node itself is.') }),
  workload: strict({
    ...anyFault,
    workload: workloadPlace().describe('Every pod of it shows the fault, fresh ones too.'),
    curedBy: z.literal('rollout').optional().describe('Pods of a later rollout are well.'),
  }),
});

/** The cluster that a test plays in. A key of a test’s own replaces the same key of the file. */
export const clusterSchema = strict({
  nodes: z.array(node).min(1).max(200).optional().describe('Default: three nodes in three zones.'),
  namespaces: z.array(namespace).max(50).optional().describe('Those of the workloads are there without being named.'),
  workloads: z.array(workload).min(1).max(200).optional(),
  disruptionBudgets: z.array(disruptionBudget).max(50).optional(),
  faults: z.array(fault).max(200).optional(),
});
export type ClusterFields = z.output<typeof clusterSchema>;
export type FaultFields = z.output<typeof fault>;
export type WorkloadFields = z.output<typeof workload>;

/** What Prometheus answers; a query that no answer fits returns nothing. */
export const prometheusSchema = z
  .array(
    strict({
      contains: z.string().min(1).max(500).describe('The query holds this text.'),
      about: anyPlace()
        .optional()
        .describe('And names this pod (the one that has the place at `from`), or this workload or a pod of it.'),
      value: z.number().default(1).describe('A comparison with a number at the end of the query is applied to it.'),
      from: moment().optional().describe('Default: since ever.'),
      until: moment().optional(),
    }),
  )
  .max(200);
export type PrometheusFields = z.output<typeof prometheusSchema>;
