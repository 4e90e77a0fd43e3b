import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolveBinary } from './binaries/index.ts';
import { freePort } from './free-port.ts';
import type { Kubernetes } from './kubernetes.ts';
import { openKubeconfig, readManifest } from './kubernetes-api.ts';
import type { PartContext } from './part.ts';
import { eventually } from './process.ts';
import { render } from './render.ts';
import { SandboxError } from './sandbox-error.ts';

/** The simulated nodes of a sandbox. */
export interface Kwok {
  /** Where the nodes' metrics can be scraped. */
  url: string;
}

const stagesFolder = join(import.meta.dirname, 'stages');
const stages = ['nodes.yaml', 'pods.yaml', 'faults.yaml', 'tasks.yaml', 'usage.yaml'].map((file) =>
  join(stagesFolder, file),
);

/** What every container of a sandbox has said; kwok reads it whenever somebody asks. */
export const containerLog = (dataFolder: string): string => join(dataFolder, 'container.log');

/** kwok wants the path of the container log itself. The sandbox has a copy of its own, so that a test can write another. */
function logStage(dataFolder: string): string {
  const target = join(dataFolder, 'kwok-logs.yaml');
  copyFileSync(join(stagesFolder, 'container.log'), containerLog(dataFolder));
  return render(join(stagesFolder, 'logs.yaml'), target, { LOG_FILE: containerLog(dataFolder) });
}

interface NodeList {
  items: { spec: { taints?: unknown[] }; status: { conditions?: { type: string; status: string }[] } }[];
}

/** Starts kwok and the nodes it plays; resolves when all of them take pods. */
export async function startKwok(context: PartContext, kubernetes: Kubernetes): Promise<Kwok> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const api = openKubeconfig(kubernetes.adminKubeconfig);
  try {
    const nodes = readManifest(join(import.meta.dirname, 'manifests', 'nodes.yaml'));
    const start = context.supervisor.start({
      name: 'kwok',
      command: await resolveBinary('kwok', context.progress),
      args: [
        `--kubeconfig=${kubernetes.kubeconfig('kwok')}`,
        ...[...stages, logStage(context.dataFolder)].map((file) => `--config=${file}`),
        ...['--manage-all-nodes=true', '--node-lease-duration-seconds=40', '--cidr=10.244.0.0/16'],
        ...['--node-ip=127.0.0.1', `--node-port=${port}`, `--server-address=127.0.0.1:${port}`],
      ],
      ready: async () => (await fetch(`${url}/healthz`)).ok,
    });
    await Promise.all([start, api.apply(nodes)]);
    const takesPods = async () => {
      const { items } = await api.call<NodeList>('GET', '/api/v1/nodes');
      const isReady = ({ status }: NodeList['items'][number]) =>
        status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
      return items.length >= nodes.length && items.every((node) => isReady(node) && !node.spec.taints?.length);
    };
    if (!(await eventually(takesPods, 30_000))) {
      throw new SandboxError(`the nodes are not ready after 30 s; see ${context.supervisor.process('kwok').logFile}`);
    }
    // Nodes of an earlier start name its port, and their logs could not be read.
    const content = { status: { daemonEndpoints: { kubeletEndpoint: { Port: port } } } };
    for (const { metadata } of nodes) {
      const path = `/api/v1/nodes/${metadata.name}/status`;
      await api.call('PATCH', path, { type: 'application/merge-patch+json', content });
    }
  } finally {
    await api.close();
  }
  return { url };
}
