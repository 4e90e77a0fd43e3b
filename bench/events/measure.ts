import { Agent } from 'undici';
import type { Progress } from '../../sandbox/progress.ts';
import type { EndedRun } from '../act-latency/history.ts';
import type { Bed } from '../bed.ts';
import { productWebhook } from '../webhook.ts';
import { createWorkloads, type Workload } from '../workloads.ts';
import { type Path, paths } from './paths.ts';
import { closed, type Scene, send } from './scene.ts';

/** What a path came to, in each of its runs. */
export interface Walked {
  path: Path;
  runs: EndedRun[];
}

/** The namespaces of the paths, one each. */
export const namespaces = paths.map(({ namespace }) => namespace);

/** All on one node: what happens to be common to some of them would be taken for the cause. */
const node = 'node-a1';

/** Walks every path so many times, one run at a time. */
export async function walkAll(bed: Bed, samples: number, progress: Progress): Promise<Walked[]> {
  const agent = new Agent({ keepAliveTimeout: 4_000 });
  const scene = { bed, post: productWebhook(bed.product, agent) };
  const walked: Walked[] = [];
  try {
    for (const path of paths) {
      const step = progress.begin(path.name);
      walked.push({ path, runs: await walk(scene, path, samples) });
      step.done();
    }
  } finally {
    await agent.close();
  }
  return walked;
}

async function walk(scene: Scene, path: Path, samples: number): Promise<EndedRun[]> {
  const { namespace, crashing } = path;
  const names = Array.from({ length: samples + 1 }, (_, index) => `app-${index}`);
  const [spare, ...workloads] = await createWorkloads(scene.bed, { namespace, names, crashing, node });
  const sendFor = (pod: string | undefined) => send(scene, labelsOf(path, pod));
  await path.before?.(scene, () => sendFor(spare && path.pod(spare)));
  const runs: EndedRun[] = [];
  for (const workload of workloads) runs.push(await sample(scene, path, workload));
  await path.after?.(scene);
  return runs;
}

async function sample(scene: Scene, path: Path, workload: Workload): Promise<EndedRun> {
  const sendFor = (pod: string | undefined) => send(scene, labelsOf(path, pod));
  await path.beforeEach?.(scene, sendFor, workload);
  return closed(scene, await sendFor(path.pod(workload)));
}

const labelsOf = ({ alertname, namespace }: Path, pod = 'none'): Record<string, string> => ({
  ...{ alertname, namespace, pod, severity: 'critical' },
});
