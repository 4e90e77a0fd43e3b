import { z } from 'zod';
import { duration } from '../../../domain/policy/duration-field.ts';
import { labelsField } from '../../../domain/policy/label-field.ts';
import { workloadKinds } from '../../../domain/target/target.ts';
import { kubernetesName } from '../../../domain/text/names.ts';
import { nodePressures, podShapes } from '../../cluster/faults.ts';
import { anyPlace, jobPlace, memory, moment, podPlace, workloadPlace } from './fields.ts';
import { keyed, strict } from './mapping.ts';

const objectName = () => z.string().regex(kubernetesName, 'must be a Kubernetes name');
const annotations = () => z.record(z.string().max(317), z.string().max(2_000));

const node = strict({
  name: objectName(),
  zone: objectName().optional().describe('Label topology.kubernetes.io/zone.'),
  labels: labelsField().optional(),
  cordoned: z.boolean().default(false).describe('It takes no new pods.'),
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
  claims: z.array(objectName()).max(20).optional().describe('PersistentVolumeClaims that each of its pods mounts.'),
  memoryLimit: memory().optional().describe('What its container may use: 256Mi.'),
  startup: duration({ max: '1h' }).prefault('5s').describe('How long a new pod takes until it is ready.'),
  age: duration().prefault('1h').describe('How long its pods have been there.'),
});

const job = strict({
  namespace: objectName(),
  name: objectName(),
  labels: labelsField().optional(),
  annotations: annotations().optional(),
  cronJob: objectName().optional().describe('The CronJob that made it.'),
  completions: z.int().min(1).max(1_000).default(1),
  takes: duration({ max: '24h' }).prefault('1m').describe('From its creation until it is complete, or has failed.'),
  age: duration().prefault('10m').describe('How long it has been there.'),
});

const autoscaler = strict({
  name: objectName(),
  scales: workloadPlace().describe('The workload, in the autoscaler’s own namespace.'),
  min: z.int().min(1).max(500).default(1),
  max: z.int().min(1).max(500),
  wants: z.int().min(1).max(500).optional().describe('Pods that the load asks for; default: those there are.'),
});

const disruptionBudget = strict({
  namespace: objectName(),
  labels: labelsField().describe('Whose pods it protects; each pod has its workload’s labels and app: <workload>.'),
  minAvailable: z.int().min(0).max(500),
});

const podShape = z.enum(podShapes).describe('How it shows in the status of a pod.');
const anyFault = {
  from: moment().prefault('0s').describe('When it begins; -5m: it has been there for five minutes.'),
  until: moment().optional().describe('When it goes away by itself.'),
};
const podFault = {
  ...anyFault,
  shape: podShape,
  after: duration({ max: '24h' }).prefault('0s').describe('A pod is well for so long after its start: a leak.'),
};

const fault = keyed('a fault', {
  pod: strict({ ...podFault, pod: podPlace().describe('A fresh pod in its place is well.') }),
  node: strict({
    ...podFault,
    shape: z.enum([...podShapes, ...nodePressures]).describe('How it shows in its pods, or a pressure in itself.'),
    node: objectName().describe('Pods elsewhere are well; NotReady and a pressure: the node itself is not.'),
    curedBy: z.literal('drain').optional().describe('It is over while no pod is there that a drain would move.'),
  }),
  workload: strict({
    ...podFault,
    workload: workloadPlace().describe('Every pod of it shows the fault, fresh ones too.'),
    curedBy: z
      .enum(['rollout', 'room'])
      .optional()
      .describe('rollout: pods of a later one are well. room: it is over when one more node takes pods.'),
    memoryBelow: memory().optional().describe('Only pods that may use less memory than this: 512Mi.'),
  }),
  job: strict({
    ...anyFault,
    shape: z.literal('Failed').default('Failed'),
    job: jobPlace().describe('It fails when its time is over, and so do its copies.'),
    curedBy: z.literal('recreation').optional().describe('A copy of it is complete in the end.'),
  }),
});

/** The cluster that a test plays in. A key of a test’s own replaces the same key of the file. */
export const clusterSchema = strict({
  nodes: z.array(node).min(1).max(200).optional().describe('Default: three nodes in three zones.'),
  namespaces: z.array(namespace).max(50).optional().describe('Those of the workloads are there without being named.'),
  workloads: z.array(workload).min(1).max(200).optional(),
  jobs: z.array(job).max(200).optional(),
  autoscalers: z.array(autoscaler).max(50).optional(),
  disruptionBudgets: z.array(disruptionBudget).max(50).optional(),
  faults: z.array(fault).max(200).optional(),
});
export type ClusterFields = z.output<typeof clusterSchema>;
export type FaultFields = z.output<typeof fault>;
export type WorkloadFields = z.output<typeof workload>;
export type JobFields = z.output<typeof job>;
export type AutoscalerFields = z.output<typeof autoscaler>;

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
