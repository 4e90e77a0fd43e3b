import type { UnknownCluster } from '../run/contract.ts';
import type { Notice, UnknownClusterRecord } from './records.ts';

/** Names that are told of by themselves; what comes beyond is told of as one. */
export const clustersKept = 50;
const tellAgainMs = 24 * 3_600_000;
/** Stands for all names beyond those kept. */
const others = '*';

/** The clusters, with what was heard of one; its name is replaced where too many are known already. */
export function withUnknownCluster(
  known: readonly UnknownClusterRecord[],
  heard: UnknownCluster & { isTold: boolean },
): UnknownClusterRecord[] {
  const { sender, alerts, atMs } = heard;
  const cluster = recordedName(known, heard.cluster);
  const before = known.find((record) => record.cluster === cluster);
  const record: UnknownClusterRecord = {
    cluster,
    sender,
    alerts: (before?.alerts ?? 0) + alerts,
    sinceMs: before?.sinceMs ?? atMs,
    lastMs: atMs,
    toldMs: heard.isTold ? atMs : (before?.toldMs ?? 0),
  };
  return [...known.filter((other) => other !== before), record];
}

/** What people are told of it: once a day at most for each name. */
export function unknownClusterNotice(
  known: readonly UnknownClusterRecord[],
  { cluster: name, sender, alerts, atMs }: UnknownCluster,
): Notice | undefined {
  const cluster = recordedName(known, name);
  const before = known.find((record) => record.cluster === cluster);
  if (before !== undefined && before.toldMs > atMs - tellAgainMs) return undefined;
  const which = cluster === others ? `more than ${clustersKept} unknown clusters` : `the unknown cluster ${cluster}`;
  return {
    kind: 'escalation',
    key: `unknownCluster/${cluster}/${new Date(atMs).toISOString()}`,
    summary:
      `Alerts of ${which} arrived (${alerts} in the latest delivery, from ${sender}). Nothing is done for them. ` +
      'Correct the label cluster, or allow the cluster for this sender.',
    sinceMs: atMs,
    reason: 'foreignCluster',
    answer: [],
  };
}

function recordedName(known: readonly UnknownClusterRecord[], cluster: string): string {
  const isKnown = known.some((record) => record.cluster === cluster);
  return isKnown || known.filter((record) => record.cluster !== others).length < clustersKept ? cluster : others;
}
