import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from '../demo/scenes/scene.ts';
import type { Pod } from '../demo/scenes/world.ts';

const cgroups = '/sys/fs/cgroup';

/** The cgroup of a container below the folder; the kubelet names it by the container's id. */
function find(folder: string, id: string, depth = 6): string | undefined {
  if (depth === 0 || !existsSync(folder)) return undefined;
  for (const { name } of readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    const found = name === id ? join(folder, name) : find(join(folder, name), id, depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The memory limit that the kernel holds the pod's container to, in bytes; undefined where the container is not there. */
export async function memoryLimitAtNode({ sandbox }: Place, pod: Pod): Promise<number | undefined> {
  const id = pod.status.containerStatuses?.[0]?.containerID?.replace('containerd://', '') ?? '';
  const own = sandbox.realNodes.nodes.find(({ name }) => name === pod.spec.nodeName)?.cgroup ?? '';
  const isV1 = existsSync(join(cgroups, 'memory'));
  const folder = find(isV1 ? join(cgroups, 'memory', own) : join(cgroups, own), id);
  if (folder === undefined || own === '') return undefined;
  return Number(readFileSync(join(folder, isV1 ? 'memory.limit_in_bytes' : 'memory.max'), 'utf8'));
}
