import type { Alert } from '../../domain/alert/alert.ts';
import { sightingOf } from '../../domain/guard/sightings.ts';
import type { Sighting } from '../../domain/guard/state.ts';
import type { GuardPort } from '../ports.ts';
import { type CallBackAfter, callBackAfter } from './pacing.ts';

/** Fewer alerting workloads than this are no storm, also where several api processes share the deliveries. */
const fewest = 5;
const withinMs = 300_000;
/** The guard is told of one workload again after so long, and of news no more often than this. */
const againMs = 60_000;
const apartMs = 1_000;
const mostClusters = 50;
/** One message carries at most so many. */
const mostWorkloads = 500;

interface Parts {
  guard: Pick<GuardPort, 'alerting'>;
  now: () => number;
  logger: { warn(fields: object, message: string): void };
  after?: CallBackAfter;
}

/**
 * Tells the guards which workloads alert, as the labels say it, before runs begin: a run is counted only when it asks for
 * a permit, which in a storm is late. Nothing is told while few workloads alert. Never rejects: nobody is refused for it.
 */
export type TellAlerting = (alerts: readonly Alert[]) => Promise<void>;

interface Cluster {
  /** When each workload was heard of, and told of, last. */
  workloads: Map<string, { sighting: Sighting; toldAtMs: number }>;
  sentAtMs: number;
  isDue: boolean;
}

/** One per process. Knows 50 clusters, and 500 workloads of each. */
export function createTellAlerting({ guard, now, logger, after = callBackAfter }: Parts): TellAlerting {
  const clusters = new Map<string, Cluster>();

  const clusterOf = (name: string): Cluster | undefined => {
    const known = clusters.get(name);
    if (known !== undefined || clusters.size >= mostClusters) return known;
    const cluster = { workloads: new Map(), sentAtMs: Number.NEGATIVE_INFINITY, isDue: false };
    clusters.set(name, cluster);
    return cluster;
  };
  const send = async (name: string, cluster: Cluster) => {
    cluster.isDue = false;
    cluster.sentAtMs = now();
    const news = [...cluster.workloads.values()].filter(({ toldAtMs }) => toldAtMs <= now() - againMs);
    for (const one of news) one.toldAtMs = now();
    try {
      await guard.alerting(
        name,
        news.map(({ sighting }) => sighting),
      );
    } catch (err) {
      logger.warn({ err, cluster: name }, 'the guard could not be told which workloads alert');
    }
  };
  /** The message that is on its way; undefined where there is nothing to wait for. */
  const tell = (name: string, alerts: readonly Alert[]): Promise<void> | undefined => {
    const cluster = clusterOf(name);
    if (cluster === undefined || !hear(cluster, alerts, now()) || cluster.isDue) return undefined;
    const restMs = cluster.sentAtMs + apartMs - now();
    if (restMs <= 0) return send(name, cluster);
    cluster.isDue = true;
    after(restMs, () => void send(name, cluster));
    return undefined;
  };

  return async (alerts) => {
    const firing = alerts.filter(({ status }) => status === 'firing');
    const sent = [...Map.groupBy(firing, ({ cluster }) => cluster)].flatMap(([name, own]) => tell(name, own) ?? []);
    await Promise.all(sent);
  };
}

/** Notes who alerts; true where so many do that the guard must know of something new. */
function hear({ workloads }: Cluster, alerts: readonly Alert[], nowMs: number): boolean {
  for (const [workload, { sighting }] of workloads) if (sighting.atMs <= nowMs - withinMs) workloads.delete(workload);
  for (const alert of alerts) {
    const sighting = sightingOf(alert, nowMs);
    const key = `${sighting.workload} ${sighting.alertname}`;
    const known = workloads.get(key);
    if (known === undefined && workloads.size >= mostWorkloads) continue;
    workloads.set(key, { sighting, toldAtMs: known?.toldAtMs ?? Number.NEGATIVE_INFINITY });
  }
  if (new Set([...workloads.values()].map(({ sighting }) => sighting.workload)).size < fewest) return false;
  return [...workloads.values()].some(({ toldAtMs }) => toldAtMs <= nowMs - againMs);
}
