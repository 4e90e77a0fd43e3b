import type { RemediationReport } from '../../../domain/run/outcome.ts';
import { podsOf } from '../../demo/scenes/world.ts';
import type { KubernetesObject } from '../../kubernetes-api.ts';
import { app, breakOnePod, faultFolder, imageOf, podDefaults, release } from '../app.ts';
import type { NodeCase } from '../case.ts';
import { memoryLimitAtNode } from '../cgroup.ts';

const container = (name: string, change: object) => ({
  containers: [{ name: 'app', image: imageOf(name), ...change }],
});

/** What of the words is not in the evidence that the run keeps. */
function missingIn({ evidence }: RemediationReport, words: readonly string[]): string[] {
  const text = JSON.stringify(evidence ?? {});
  return words.filter((word) => !text.includes(word)).map((word) => `the evidence does not hold "${word}"`);
}

/** A person approves the rollback, which makes the workload healthy; the evidence holds these words. */
const rolledBackWith = (...words: string[]) =>
  ({
    answers: [{ approve: 'rollback' }],
    expected: { outcome: 'remediated', acts: ['patch deployments'] },
    look: async (_, report) => missingIn(report, words),
  }) satisfies Partial<NodeCase>;

const imagePull: NodeCase = {
  name: 'image-pull',
  fault: 'a release names an image that cannot be pulled',
  policy: 'image-pull',
  breakIt: (place) => release(place, container(place.namespace, { image: 'registry.example/no-such-image:1.0.1' })),
  ...rolledBackWith('no-such-image'),
};

const missingConfig: NodeCase = {
  name: 'missing-config',
  fault: 'a release reads a ConfigMap that is not there',
  policy: 'config-error',
  breakIt: (place) =>
    release(place, container(place.namespace, { envFrom: [{ configMapRef: { name: 'no-such-config' } }] })),
  ...rolledBackWith('no-such-config'),
};

/** The kubelet says it in events only: the pod stays in ContainerCreating. */
const missingVolume: NodeCase = {
  name: 'missing-volume',
  fault: 'a release mounts a Secret that is not there',
  policy: 'stuck-rollout',
  world: (place) => [app(place, { spec: { progressDeadlineSeconds: 20 } })],
  breakIt: (place) =>
    release(place, {
      ...container(place.namespace, { volumeMounts: [{ name: 'keys', mountPath: '/keys' }] }),
      volumes: [{ name: 'keys', secret: { secretName: 'no-such-secret' } }],
    }),
  ...rolledBackWith('FailedMount', 'no-such-secret'),
};

/** Nothing is evicted: each pod of the template ends the same way. The log that says why is kept for the person who is asked. */
const crashingRelease: NodeCase = {
  name: 'crash-release',
  fault: 'each pod of a release crashes at its start',
  policy: 'crash-loop',
  world: (place) => [app(place, { spec: { strategy: { type: 'Recreate' } } })],
  breakIt: (place) =>
    release(
      place,
      container(place.namespace, { command: ['/bin/sh', '-c', 'echo fatal: no route to db >&2; exit 3'] }),
    ),
  ...rolledBackWith('fatal: no route to db'),
};

/**
 * One pod of a StatefulSet needs more than its limit, and so does the one that takes its place. It is in back-off when the
 * limit is raised: there the kubelet resizes nothing in place.
 */
const needsMoreMemory: NodeCase = {
  name: 'limit-too-low',
  fault: 'one pod of a StatefulSet needs more memory than its limit of 64Mi, whatever takes its place',
  policy: 'oom-killed',
  world: (place) => [
    app(place, { kind: 'StatefulSet', memory: '64Mi', spec: { podManagementPolicy: 'Parallel', serviceName: 'app' } }),
  ],
  breakIt: (place) => breakOnePod(place, 'needs-more-memory', 1),
  answers: [{ approve: 'raiseMemoryLimit' }],
  expected: {
    ...{ outcome: 'remediated', orOutcome: 'recovered', acts: ['create pods/eviction', 'patch statefulsets'] },
    // Where the container happens to run, its limit may be raised in place as well.
    orActs: ['create pods/eviction', 'patch statefulsets', 'patch pods/resize'],
  },
  async look(place) {
    const pod = (await podsOf(place)).find(({ metadata }) => metadata.name === 'app-1');
    const bytes = pod && (await memoryLimitAtNode(place, pod));
    return bytes === 96 * 1024 * 1024
      ? []
      : [`the limit at app-1’s container is ${bytes ?? 'unknown'} bytes, not 96Mi`];
  },
};

interface Job {
  metadata: { name: string };
  status: { succeeded?: number };
}

/** A Job that fails at its first run, and whose copy completes. */
const job = (namespace: string, faults: string): KubernetesObject => ({
  ...{ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'report', namespace } },
  spec: {
    backoffLimit: 0,
    template: {
      spec: {
        ...{ ...podDefaults, restartPolicy: 'Never' },
        containers: [
          {
            ...{ name: 'report', image: imageOf(namespace) },
            command: [
              '/bin/sh',
              '-c',
              '[ -e /faults/ran ] && exit 0; touch /faults/ran; echo fatal: no data yet; exit 1',
            ],
            volumeMounts: [{ name: 'faults', mountPath: '/faults' }],
          },
        ],
        volumes: [{ name: 'faults', hostPath: { path: faults, type: 'Directory' } }],
      },
    },
  },
});

const failedJob: NodeCase = {
  name: 'job',
  fault: 'a Job fails and has no retry left; its copy would complete',
  policy: 'job-failed',
  world: () => [],
  breakIt: (place) => place.admin.apply([job(place.namespace, faultFolder(place))]),
  answers: [{ approve: 'recreateJob' }],
  // The failed Job is marked, so that it is made again as often as it may over all runs.
  expected: { outcome: 'remediated', acts: ['patch jobs', 'create jobs'] },
  async look({ admin, namespace }) {
    const { items } = await admin.call<{ items: Job[] }>('GET', `/apis/batch/v1/namespaces/${namespace}/jobs`);
    return items.length === 2 ? [] : [`there are ${items.length} Jobs, not the failed one and its copy`];
  },
};

/** What is at fault is the template, or the object itself. */
export const workloadCases: readonly NodeCase[] = [
  ...[imagePull, missingConfig, missingVolume, crashingRelease, needsMoreMemory, failedJob],
];
