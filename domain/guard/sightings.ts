import type { Alert } from '../alert/alert.ts';
import { objectLabels } from '../alert/exporter-labels.ts';
import { unhealthyNodes } from '../target/cluster-context.ts';
import { namedTarget } from '../target/named-target.ts';
import { nodeKey, workloadKey } from '../target/target.ts';
import type { PermitRequest } from './permit.ts';
import type { MatchedAlert, Sighting } from './records.ts';

/** So many at once are a storm, whatever the limits say; no more are kept. */
export const alertingKept = 400;
const matchedKept = 300;
/** Sightings of which nobody knows yet whether a policy matches such alerts. */
const heardKept = 300;

/** A sighting of the cluster itself, not of an alert's labels alone. */
export const isVerified = ({ known }: Pick<Sighting, 'known'>): boolean => known !== undefined;

/** Who alerts, as a look at the cluster shows it. What is on a node that does not answer counts as that node, once. */
export function sightingInCluster(
  { target, surroundings, alertname }: Pick<PermitRequest, 'target' | 'surroundings' | 'alertname'>,
  atMs: number,
): Sighting {
  const { traits, shares, workloads, nodes, node, isNodeSilent } = surroundings;
  const silent = isNodeSilent ? node : undefined;
  const named = alertname === undefined ? {} : { alertname };
  if (silent !== undefined || target.workload.kind === 'Node') {
    const workload = silent === undefined ? workloadKey(target) : nodeKey(silent);
    const counted = { known: nodes.total, unhealthyNodes: unhealthyNodes(nodes) };
    return { workload, namespace: '', atMs, traits: [], ...counted, ...named };
  }
  const { namespace } = target;
  return {
    workload: workloadKey(target),
    namespace,
    atMs,
    traits,
    ...(shares && { shares }),
    known: workloads,
    ...named,
  };
}

/**
 * Who alerts, as the labels say it: good enough to count by, and for nothing else. All pods of a workload count as one;
 * where the labels name no workload, all alerts of that name in the namespace count as one.
 */
export function sightingOf({ labels, alertname }: Pick<Alert, 'labels' | 'alertname'>, atMs: number): Sighting {
  const namespace = (objectLabels(labels).namespace ?? '').slice(0, 63);
  const name = workloadNamed(labels);
  const workload = name === undefined ? `${namespace}/alerts/${alertname}` : `${namespace}/alert/${name}`;
  return { workload: workload.slice(0, 300), namespace, atMs, traits: [], alertname: alertname.slice(0, 200) };
}

function workloadNamed(labels: Record<string, string>): string | undefined {
  const named = namedTarget(labels);
  if (named.kind === 'unnamed') return undefined;
  const { workload, claim, autoscaler, pod } = named;
  if (workload?.kind === 'ReplicaSet') return workload.name.replace(templateHash, '');
  return workload?.name ?? autoscaler ?? claim ?? (pod === undefined ? undefined : controllerOf(pod));
}

/** Kubernetes makes random suffixes of these letters, so that no word comes of them. */
const templateHash = /-[bcdfghjklmnpqrstvwxz2456789]{5,10}$/;
const randomSuffix = /-[bcdfghjklmnpqrstvwxz2456789]{5}$/;
/** The minute of a CronJob's run. */
const scheduled = /-\d{8,11}$/;
const ordinal = /-\d{1,5}$/;

/** The name of the controller that names its pods so; undefined where the pod's name shows none. */
export function controllerOf(pod: string): string | undefined {
  if (randomSuffix.test(pod)) {
    const set = pod.replace(randomSuffix, '');
    return scheduled.test(set) ? set.replace(scheduled, '') : set.replace(templateHash, '');
  }
  return ordinal.test(pod) ? pod.replace(ordinal, '') : undefined;
}

/**
 * Each workload once, as it was seen last. What only labels say counts where a policy matched such an alert; the rest is
 * `heard`, so that it counts as soon as one of them is verified.
 */
export function withSightings(
  known: { alerting: readonly Sighting[]; heard: readonly Sighting[] },
  seen: readonly Sighting[],
  matched: readonly MatchedAlert[],
): { alerting: Sighting[]; heard: Sighting[] } {
  const keys = new Set(matched.map(matchKey));
  const counts = (sighting: Sighting) => isVerified(sighting) || keys.has(matchKey(sighting));
  const news = [...known.heard, ...seen];
  const counted = news.filter(counts).map(withoutAlertname);
  const heard = news.filter((sighting) => !counts(sighting));
  return {
    alerting: latest([...known.alerting, ...counted], ({ workload }) => workload, alertingKept),
    heard: latest(heard, ({ workload, alertname }) => `${workload} ${alertname}`, heardKept),
  };
}

/** Of each key the last one, and of those the ones that were heard of last. */
function latest<T extends { atMs: number }>(all: readonly T[], keyOf: (one: T) => string, most: number): T[] {
  const byKey = new Map(all.map((one) => [keyOf(one), one]));
  return [...byKey.values()].sort((a, b) => a.atMs - b.atMs).slice(-most);
}

function withoutAlertname({ alertname: _, ...sighting }: Sighting): Sighting {
  return sighting;
}

/** What verified sightings tell: a policy matches alerts of this name in this namespace. */
export function withMatches(matched: readonly MatchedAlert[], seen: readonly Sighting[]): MatchedAlert[] {
  const found = seen.flatMap(({ namespace, alertname, atMs, known }) =>
    known === undefined || alertname === undefined ? [] : [{ namespace, alertname, atMs, known }],
  );
  if (found.length === 0) return [...matched];
  return latest([...matched, ...found], matchKey, matchedKept);
}

const matchKey = ({ namespace, alertname = '' }: { namespace: string; alertname?: string }) =>
  `${namespace}/${alertname}`;
