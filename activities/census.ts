import type { Node } from '../domain/target/cluster-context.ts';
import type { Pod } from '../domain/target/pod.ts';
import type { Cluster } from './kubernetes/port.ts';

/** The pods of a namespace and the nodes of the cluster, read together. */
export interface Census {
  neighbours: Pod[];
  nodes: Node[];
  readAtMs: number;
}

/** Many alerts of one namespace share a reading; older than this it is not used. */
const freshMs = 5_000;

/** Counts who is there, at most five seconds ago. Fails as the port does; a failure is not kept. */
export function createCensus(cluster: Cluster, now: () => number): (namespace: string) => Promise<Census> {
  const readings = new Map<string, { atMs: number; census: Promise<Census> }>();
  const read = async (namespace: string): Promise<Census> => {
    const readAtMs = now();
    // A node is in no namespace, and has no neighbours but other nodes.
    const pods = namespace === '' ? [] : cluster.listPods(namespace);
    const [neighbours, nodes] = await Promise.all([pods, cluster.listNodes()]);
    return { neighbours, nodes, readAtMs };
  };
  return (namespace) => {
    const nowMs = now();
    // A reading from the future is as old: the clock was set back.
    for (const [key, { atMs }] of readings) if (Math.abs(nowMs - atMs) > freshMs) readings.delete(key);
    const known = readings.get(namespace);
    if (known !== undefined) return known.census;
    const census = read(namespace);
    readings.set(namespace, { atMs: nowMs, census });
    // Whoever waits for it hears of the failure; the next one reads again.
    census.catch(() => readings.delete(namespace));
    return census;
  };
}
