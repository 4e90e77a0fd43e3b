import type { KubernetesObject } from '../../kubernetes-api.ts';
import type { Scene } from './scene.ts';
import { until } from './world.ts';

/** A Job that fails, and whose copy completes. */
const report = (namespace: string): KubernetesObject => ({
  ...{ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'report', namespace } },
  spec: {
    backoffLimit: 0,
    template: {
      metadata: { annotations: { 'sandbox.mendflow.dev/job-that-fails': 'report' } },
      spec: { restartPolicy: 'Never', containers: [{ name: 'report', image: 'registry.example/shop/report:3.2.0' }] },
    },
  },
});

interface Job {
  status: { conditions?: { type: string; status: string }[] };
}

/** A Job has no retry left; a person allows that it is made again, and its copy completes. */
export const jobFailed: Scene = {
  name: 'job-failed',
  title: 'A Job that failed for good',
  policy: 'job-failed',
  broken: 'the Job report failed, and has no retry left',
  world: () => [],
  async breakIt({ admin, namespace }) {
    await admin.apply([report(namespace)]);
    await until('the Job fails', async () => {
      const { status } = await admin.call<Job>('GET', `/apis/batch/v1/namespaces/${namespace}/jobs/report`);
      return (
        status.conditions?.some((condition) => condition.type === 'Failed' && condition.status === 'True') === true
      );
    });
    return { namespace, job_name: 'report' };
  },
  answers: ['approve'],
  mustEnd: { outcome: 'remediated', steps: ['recreateJob kept, irreversible'], acts: ['patch jobs', 'create jobs'] },
};
