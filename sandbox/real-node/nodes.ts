import { mkdirSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { resolveBinary } from '../binaries/index.ts';
import { run } from '../binaries/run.ts';
import type { Kubernetes } from '../kubernetes.ts';
import { openKubeconfig } from '../kubernetes-api.ts';
import type { PartContext } from '../part.ts';
import { eventually, tail } from '../process.ts';
import { SandboxError } from '../sandbox-error.ts';
import { type NodePlan, writeNodeFiles } from './files.ts';
import { type Forward, forward } from './forward.ts';
import { checkHost } from './host.ts';
import { writeImages } from './image.ts';
import { openStateMetrics } from './state-metrics.ts';

/** Names of the nodes; each has an account of its own at the API server. */
const realNodeNames = ['node-a', 'node-b'] as const;
type RealNodeName = (typeof realNodeNames)[number];

/** The nodes with a kubelet and a containerd of their own. */
export interface RealNodes {
  nodes: readonly { name: RealNodeName; address: string; cgroup: string }[];
  /** Where Prometheus finds the state of the objects: `127.0.0.1:<port>`. */
  stateMetrics: string;
  /** A folder of this machine that pods of both nodes can mount at the same path. */
  sharedFolder: string;
  /** Takes the node's network away, as a switch that fails does, or brings it back. */
  setLink(name: RealNodeName, state: 'up' | 'down'): Promise<void>;
  close(): Promise<void>;
}

type RealNodePlan = NodePlan & { name: RealNodeName };

const linkOf = (name: RealNodeName) => `mf-${name}`;

const planOf = (name: RealNodeName, index: number): RealNodePlan => ({
  ...{ name, link: linkOf(name), cgroup: `mendflow-${name}-${process.pid}` },
  ...{ address: `10.213.${index}.2`, gateway: `10.213.${index}.1`, podCidr: `10.244.${index}.0/24` },
});

interface NodeList {
  items: { status: { conditions?: { type: string; status: string }[] }; spec: { taints?: unknown[] } }[];
}

/** Resolves when the node's end of the link is there, so that this machine can listen on its address. */
async function waitForLink({ name, gateway }: NodePlan): Promise<void> {
  const isThere = async () =>
    Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === gateway));
  if (!(await eventually(isThere, 10_000))) throw new SandboxError(`${name} has no network after 10 s`);
}

async function startNode(context: PartContext, kubernetes: Kubernetes, plan: RealNodePlan): Promise<Forward> {
  const folder = join(context.dataFolder, 'nodes', plan.name);
  const { port } = new URL(kubernetes.server);
  mkdirSync(folder, { recursive: true });
  const server = `https://${plan.gateway}:${port}`;
  const { caFile } = kubernetes;
  const token = kubernetes.token(plan.name);
  writeNodeFiles(folder, plan, { cluster: context.cluster, server, caFile, token });
  const { name, link, cgroup, address, gateway } = plan;
  await context.supervisor.start({
    name,
    command: '/bin/sh',
    args: [join(import.meta.dirname, 'node.sh'), folder, name, link, cgroup, address, gateway],
    env: { ...process.env, MENDFLOW_KUBELET: await resolveBinary('kubelet', context.progress) },
  });
  await waitForLink(plan);
  return forward(gateway, Number(port));
}

/** Starts the nodes; resolves when both take pods. Rejects, with what is missing and how to get it, where they cannot run. */
export async function startRealNodes(context: PartContext, kubernetes: Kubernetes): Promise<RealNodes> {
  checkHost();
  const plans = realNodeNames.map(planOf);
  const links = Object.keys(networkInterfaces());
  const taken = plans.find(({ link }) => links.includes(link));
  if (taken) throw new SandboxError(`a real node runs on this machine already: the link ${taken.link} is there`);
  const sharedFolder = join(context.dataFolder, 'shared');
  mkdirSync(sharedFolder, { recursive: true });
  mkdirSync(join(context.dataFolder, 'nodes'), { recursive: true });
  writeImages(join(context.dataFolder, 'nodes'), context.images);
  const forwards: Forward[] = [];
  const api = openKubeconfig(kubernetes.adminKubeconfig);
  const stateMetrics = await openStateMetrics(api);
  const close = async () => {
    for (const each of [stateMetrics, ...forwards.splice(0), api]) await each.close();
  };
  try {
    for (const plan of plans) forwards.push(await startNode(context, kubernetes, plan));
    const takePods = async () => {
      const { items } = await api.call<NodeList>('GET', '/api/v1/nodes');
      const isReady = ({ status }: NodeList['items'][number]) =>
        status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
      return items.length === plans.length && items.every((node) => isReady(node) && !node.spec.taints?.length);
    };
    if (!(await eventually(takePods, 90_000))) {
      const { logFile } = context.supervisor.process(realNodeNames[0]);
      throw new SandboxError(`the nodes are not ready after 90 s; the end of ${logFile}:\n${tail(logFile)}`);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    nodes: plans.map(({ name, address, cgroup }) => ({ name, address, cgroup })),
    ...{ sharedFolder, stateMetrics: stateMetrics.target },
    setLink: async (name, state) => {
      await run('ip', ['link', 'set', linkOf(name), state]);
    },
    close,
  };
}
