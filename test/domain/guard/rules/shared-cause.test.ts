import { describe, expect, it } from '@jest/globals';
import { correlated } from '../../../../domain/guard/rules/correlated.ts';
import { applyEffects, type GuardState } from '../../../../domain/guard/state.ts';
import { type Node, surroundingsOf } from '../../../../domain/target/cluster-context.ts';
import type { Pod } from '../../../../domain/target/pod.ts';
import { aNode, aPod } from '../../../activities/support/builders.ts';
import { aGuardInput, aGuardState, now } from '../../../support/builders.ts';

/** Clusters of each number of zones. */
const clusters = 40;
/** Alerts of one disturbance; more of them are a storm. */
const alertsAtMost = 20;
const vitals = { calls: 0, p99Ms: 0, serverErrors: 0, throttled: 0 };

/** Mulberry32: the same numbers for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Drawn {
  nodes: Node[];
  /** Pods by workload. */
  workloads: Pod[][];
  pick: <T>(items: readonly T[]) => T;
  chance: (share: number) => boolean;
}

/** A cluster with node pools of unequal size, shared images and settings, and two large namespaces beside so many small ones. */
function drawCluster(zones: number, seed: number, small: number): Drawn {
  const random = randomOf(seed);
  const between = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)] as T;
  const chance = (share: number) => random() < share;
  const nodes = Array.from({ length: zones }, (_, zone) =>
    Array.from({ length: between(2, 4) }, (_, nth) => aNode({ name: `n${zone}-${nth}`, zone: `z${zone}` })),
  ).flat();
  // A node stands here as often as the pods that it gets.
  const places = nodes.flatMap((node) => Array.from({ length: between(1, 4) }, () => node));
  const workloads: Pod[][] = [];
  const isLarge = (ns: number) => small === 0 || ns < 2;
  for (let ns = 0; ns < (small === 0 ? between(2, 6) : 2 + small); ns += 1) {
    for (let nth = 0, count = isLarge(ns) ? between(4, 25) : between(1, 3); nth < count; nth += 1) {
      const name = `w${ns}-${nth}`;
      const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid: name };
      const images = [chance(0.3) ? `base:${between(1, 3)}` : name, ...(chance(0.4) ? ['sidecar'] : [])];
      const configs = [`configmap/${name}`, ...(chance(0.3) ? ['configmap/shared'] : [])];
      const pods = Array.from({ length: between(1, 4) }, (_, pod) => {
        const built = aPod({ name: `${name}-${pod}`, nodeName: pick(places).name, images, configs, owner });
        return { ...built, ref: { ...built.ref, namespace: `ns${ns}` } };
      });
      workloads.push(pods);
    }
  }
  return { nodes, workloads, pick, chance };
}

const input = aGuardInput();

/** Lets the pods alert in this order; true for each whose run is held. */
function holds({ nodes, workloads }: Drawn, alerting: readonly Pod[]): boolean[] {
  const neighboursIn = Map.groupBy(workloads.flat(), ({ ref }) => ref.namespace);
  let state: GuardState = aGuardState();
  return alerting.map((pod) => {
    const { namespace } = pod.ref;
    const neighbours = neighboursIn.get(namespace) ?? [];
    const surroundings = surroundingsOf({ neighbours, nodes, vitals, readAtMs: now, pod });
    const { traits, shares = [], workloads: known } = surroundings;
    const sighting = {
      workload: `${namespace}/Deployment/${pod.owner?.name}`,
      namespace,
      atMs: now,
      traits,
      shares,
      known,
    };
    state = applyEffects(state, [{ type: 'seen', sightings: [sighting] }]);
    return correlated.judge({ ...input, state, request: { ...input.request, surroundings } }) !== undefined;
  });
}

/** One faulty pod each of so many workloads, drawn at random. */
function atRandom({ workloads, pick, chance }: Drawn): Pod[] {
  const shuffled = workloads.map((pods) => ({ pods, at: pick(workloads).length + (chance(0.5) ? 0.5 : 0) }));
  return shuffled
    .sort((a, b) => a.at - b.at)
    .slice(0, alertsAtMost)
    .map(({ pods }) => pick(pods));
}

const causes = ['node', 'zone', 'image', 'config'] as const;

/** What a cause that is there makes alert, and by the way one alert in ten of something else; undefined: it breaks too little. */
function byCause(cluster: Drawn, cause: (typeof causes)[number]): Pod[] | undefined {
  const { workloads, nodes, pick, chance } = cluster;
  const node = pick(nodes);
  const isHit: Record<typeof cause, (pod: Pod) => boolean> = {
    node: ({ nodeName }) => nodeName === node.name,
    zone: ({ nodeName }) => nodes.find(({ name }) => name === nodeName)?.zone === node.zone,
    image: ({ images }) => images.includes('base:1'),
    config: ({ ref, configs }) => ref.namespace === 'ns0' && configs.includes('configmap/shared'),
  };
  const hit = workloads.flatMap((pods) => pods.find(isHit[cause]) ?? []);
  if (hit.length < 6) return undefined;
  const noisy = hit.flatMap((pod) => (chance(0.1) ? [pod, pick(pick(workloads))] : [pod]));
  return noisy.slice(0, alertsAtMost);
}

function figuresOf(zones: number, small: number) {
  const random = { alerts: 0, held: 0 };
  const found = Object.fromEntries(causes.map((cause) => [cause, { there: 0, found: 0 }]));
  for (let nth = 0; nth < clusters; nth += 1) {
    const cluster = drawCluster(zones, zones * 1_000 + nth, small);
    const held = holds(cluster, atRandom(cluster));
    random.alerts += held.length;
    random.held += held.filter((isHeld) => isHeld).length;
    for (const cause of causes) {
      const alerting = cause === 'zone' && zones === 1 ? undefined : byCause(cluster, cause);
      const counted = found[cause];
      if (alerting === undefined || counted === undefined) continue;
      counted.there += 1;
      if (holds(cluster, alerting).includes(true)) counted.found += 1;
    }
  }
  return { zones, random, found };
}

type Figures = ReturnType<typeof figuresOf>;

/** Prints the figures, and gives those of all clusters together. */
function sumsOf(title: string, figures: readonly Figures[]) {
  const rows = figures.map(({ zones, random, found }) => {
    const causesFound = causes.map((cause) => `${cause} ${found[cause]?.found}/${found[cause]?.there}`).join(', ');
    return `${zones} zones: ${random.held} of ${random.alerts} random alerts held; found: ${causesFound}`;
  });
  process.stdout.write(`${title}, ${clusters} clusters each\n${rows.join('\n')}\n`);
  const sum = (cause: string, what: 'there' | 'found') =>
    figures.reduce((total, { found }) => total + (found[cause]?.[what] ?? 0), 0);
  const held = figures.map(({ random }) => random.held / random.alerts);
  return { held, foundOf: (cause: string) => sum(cause, 'found') / sum(cause, 'there'), sum };
}

const zonesTried = [1, 2, 3, 4, 5, 6];

/** Of 100 failures of the cause so many are found at least; a zone is half of a cluster that has two. */
const leastFound = (cause: string, zones: number): number => (cause === 'zone' && zones === 2 ? 0.8 : 0.85);

/** Causes that are found too seldom, with the number of zones; a cause that hardly any cluster has says nothing. */
const foundTooSeldom = (figures: readonly Figures[], cause: (typeof causes)[number], least = leastFound) =>
  figures.filter(({ zones, found }) => {
    const { there, found: times } = found[cause] ?? { there: 0, found: 0 };
    return there > 0 && times < Math.floor(least(cause, zones) * there);
  });

describe('the search for a common cause, in simulated clusters of 1 to 6 zones,', () => {
  const figures = zonesTried.map((zones) => figuresOf(zones, 0));
  const sums = sumsOf('common cause', figures);

  it('holds at most one random alert of a hundred, whatever the number of zones', () => {
    for (const held of sums.held) expect(held).toBeLessThanOrEqual(0.01);
  });

  it.each(causes)('finds a %s that fails, nine times of ten', (cause) => {
    expect(sums.sum(cause, 'there')).toBeGreaterThan(25);
    expect(sums.foundOf(cause)).toBeGreaterThanOrEqual(0.9);
  });

  it.each(causes)(
    'finds a %s that fails in at least 85 of 100 cases for each number of zones; a zone of two in 80',
    (cause) => {
      expect(foundTooSeldom(figures, cause)).toEqual([]);
    },
  );
});

describe('the same search where most namespaces hold one to three workloads', () => {
  const figures = zonesTried.map((zones) => figuresOf(zones, 20));
  const sums = sumsOf('common cause, small namespaces', figures);

  it('holds at most one random alert of a hundred, whatever the number of zones', () => {
    for (const held of sums.held) expect(held).toBeLessThanOrEqual(0.01);
  });

  // Settings are of one namespace.
  const shared = causes.filter((cause) => cause !== 'config');

  it.each(shared)('finds a %s that fails, nine times of ten', (cause) => {
    expect(sums.sum(cause, 'there')).toBeGreaterThan(25);
    expect(sums.foundOf(cause)).toBeGreaterThanOrEqual(0.9);
  });

  it.each(shared)(
    'finds a %s that fails in at least 85 of 100 cases for each number of zones; a zone of two in 80',
    (cause) => {
      expect(foundTooSeldom(figures, cause)).toEqual([]);
    },
  );

  it('finds settings that fail in at least 60 of 100 cases for each number of zones: they are of one namespace', () => {
    expect(foundTooSeldom(figures, 'config', () => 0.6)).toEqual([]);
  });
});
