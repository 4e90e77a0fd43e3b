import { MendflowError } from '../domain/run/errors.ts';
import { type Arrival, nodeJudge, noNodeInWords } from '../domain/target/placement/fit.ts';
import type { Occupant, Seat } from '../domain/target/placement/needs.ts';
import { roomFault, seatSuffices } from '../domain/target/placement/room.ts';
import type { ClusterDeps } from './cluster-deps.ts';
import type { Admitted, Cluster, Replacement } from './kubernetes/port.ts';

type Deps = Pick<ClusterDeps, 'cluster' | 'census'>;

/** What the same act does beside, so that pods which it takes together are not given the same room twice. */
export interface Meanwhile {
  /** It takes no pods from now on. */
  closedNode?: string | undefined;
  rooms?: Rooms;
}

/** The pods on each node, read once, with those that were given room since. */
export interface Rooms {
  of(node: string): Promise<Occupant[]>;
  give(node: string, occupant: Occupant): Promise<void>;
}

/** Rooms as they are read from now on. */
export function readRooms(cluster: Pick<Cluster, 'listOccupants'>): Rooms {
  const read = new Map<string, Promise<Occupant[]>>();
  const of: Rooms['of'] = (node) => {
    const known = read.get(node);
    if (known !== undefined) return known;
    const reading = cluster.listOccupants(node).catch((error: unknown) => {
      // A read that failed is tried again by the next pod that asks.
      read.delete(node);
      return unreadable(error);
    });
    read.set(node, reading);
    return reading;
  };
  return {
    of,
    async give(node, occupant) {
      (await of(node)).push(occupant);
    },
  };
}

/**
 * Nodes are asked for their room side by side in groups, until one has some: the first ones mostly do, and the answer of
 * each holds every pod of a node. Each group is twice as large as the one before, and no larger than the last.
 */
const nodesAtOnce = { first: 2, last: 8 };
const nodesAtMost = 200;

/**
 * Whether the pod that is taken, or a pod of the changed template, could come back (G23): the API server admits its
 * replacement in a dry run, and a node takes it. Returns when it could. Throws NOT_REPLACEABLE with the cause,
 * PERMISSION_DENIED with the right that is missing, and what the port throws when nothing can be known.
 */
export async function mustComeBack(deps: Deps, replacement: Replacement, meanwhile: Meanwhile = {}): Promise<void> {
  try {
    await comesBack(deps, replacement, meanwhile);
  } catch (error) {
    if (!(error instanceof MendflowError && error.code === 'NOT_REPLACEABLE')) throw error;
    const { kind, namespace, name } = refOf(replacement);
    throw new MendflowError('NOT_REPLACEABLE', `${kind} ${namespace}/${name}: ${error.message}`, { cause: error });
  }
}

const refOf = (replacement: Replacement) => (replacement.kind === 'pod' ? replacement.pod.ref : replacement.workload);

async function comesBack(
  { cluster, census }: Deps,
  replacement: Replacement,
  { closedNode, rooms = readRooms(cluster) }: Meanwhile,
): Promise<void> {
  const { namespace } = refOf(replacement);
  const [admitted, { nodes, neighbours }] = await Promise.all([
    cluster.admitReplacement(replacement),
    census(namespace),
  ]);
  const { needs, seats } = admitted;
  const freed = new Set(seats.map(({ uid }) => uid));
  const arrival: Arrival = {
    ...{ needs, seats },
    nodes: nodes.map((node) => (node.name === closedNode ? { ...node, isCordoned: true } : node)),
    neighbours: neighbours.filter(({ ref, isTerminating }) => !isTerminating && !freed.has(ref.uid)),
  };
  if (admitted.isOnEachSeat) return onEachSeat(arrival, rooms);
  if (onSomeSeat(arrival)) return;
  const reaches = await readReaches(cluster, admitted);
  await onSomeNode({ ...arrival, reaches }, rooms);
}

/** True when a seat that is free by then suffices, so that nothing else on its node has to be read. */
function onSomeSeat(arrival: Arrival): boolean {
  const { needs, seats } = arrival;
  const judge = nodeJudge(arrival);
  return seats.some((seat) => {
    const node = nodeOf(seat, arrival);
    return node !== undefined && seatSuffices(seat, needs) && judge(node) === undefined;
  });
}

const nodeOf = (seat: Seat, { nodes }: Arrival) => nodes.find(({ name }) => name === seat.node);

/** A DaemonSet brings its pod back to the same node, or nowhere. */
async function onEachSeat(arrival: Arrival, rooms: Rooms): Promise<void> {
  const { needs, seats } = arrival;
  const judge = nodeJudge(arrival);
  for (const seat of seats.slice(0, nodesAtMost)) {
    const node = nodeOf(seat, arrival);
    const room = async () => {
      if (node === undefined || seatSuffices(seat, needs)) return undefined;
      return roomFault(
        node,
        (await rooms.of(node.name)).filter(({ uid }) => uid !== seat.uid),
        needs,
      );
    };
    const fault = node === undefined ? 'gone' : (judge(node) ?? (await room()));
    if (fault === undefined) continue;
    throw new MendflowError(
      'NOT_REPLACEABLE',
      `only node ${seat.node} could take its replacement, and does not: ${fault}`,
    );
  }
}

async function readReaches(cluster: Cluster, { needs: { namespace, claims } }: Admitted) {
  if (claims.length === 0) return [];
  const what = `cannot ask which nodes reach the volumes of ${claims.join(', ')}`;
  return cluster
    .listVolumeReach(namespace, claims)
    .catch(withRemedy(what, '"get" on persistentvolumeclaims and persistentvolumes'));
}

async function onSomeNode(arrival: Arrival, rooms: Rooms): Promise<void> {
  const { needs, nodes } = arrival;
  const freed = new Set(arrival.seats.map(({ uid }) => uid));
  const judge = nodeJudge(arrival);
  const judged = nodes.map((node) => ({ node, fault: judge(node) }));
  const faults = judged.flatMap(({ fault }) => fault ?? []);
  const open = judged.flatMap(({ node, fault }) => (fault === undefined ? [node] : []));
  let size = nodesAtOnce.first;
  for (let from = 0; from < Math.min(open.length, nodesAtMost); ) {
    const group = open.slice(from, Math.min(from + size, nodesAtMost));
    from += group.length;
    size = Math.min(2 * size, nodesAtOnce.last);
    const found = await Promise.all(group.map(({ name }) => rooms.of(name)));
    for (const [index, node] of group.entries()) {
      const staying = (found[index] ?? []).filter(({ uid }) => !freed.has(uid));
      const fault = roomFault(node, staying, needs);
      if (fault === undefined) return rooms.give(node.name, { ...needs, uid: '' });
      faults.push(fault);
    }
  }
  const unseen = Array<string>(Math.max(0, open.length - nodesAtMost)).fill('not looked at');
  throw new MendflowError(
    'NOT_REPLACEABLE',
    `no node would take its replacement: ${noNodeInWords([...faults, ...unseen])}`,
  );
}

const unreadable = withRemedy(
  'cannot ask which node has room for the replacement',
  '"list" on pods in every namespace',
);

function withRemedy(what: string, right: string) {
  return (error: unknown): never => {
    if (!(error instanceof MendflowError) || error.code !== 'PERMISSION_DENIED') throw error;
    const message = `${what}: ${error.message}; grant Mendflow ${right} (deploy/rbac/base.yaml)`;
    throw new MendflowError('PERMISSION_DENIED', message, { cause: error });
  };
}
