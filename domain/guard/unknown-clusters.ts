import type { UnknownCluster } from '../run/contract.ts';
import type { Notice, UnknownClusterRecord } from './records.ts';

/** Names that are known by themselves, of all senders and of one; what comes beyond is known as one. */
export const clustersKept = 50;
export const clustersOfSender = 20;
const hourMs = 3_600_000;
/** An incident is told anew after so long. */
const tellAgainMs = 24 * hourMs;
/** Names that are new in an incident are told together, this long after people were told last. */
const updateAfterMs = hourMs;
const namesShown = 5;
/** Stands for all names beyond those kept. */
const others = '*';

type Known = readonly UnknownClusterRecord[];

/** The clusters, with what was heard of one; its name is replaced where too many are known already. */
export function withUnknownCluster(known: Known, heard: UnknownCluster & { isTold: boolean }): UnknownClusterRecord[] {
  const { sender, alerts, atMs, isTold } = heard;
  const cluster = recordedName(known, heard);
  const before = known.find((record) => record.cluster === cluster);
  const record: UnknownClusterRecord = {
    cluster,
    sender,
    alerts: (before?.alerts ?? 0) + alerts,
    sinceMs: before?.sinceMs ?? atMs,
    lastMs: atMs,
    toldMs: before?.toldMs ?? 0,
    ...(before?.incidentMs !== undefined && { incidentMs: before.incidentMs }),
  };
  const all = [...known.filter((other) => other !== before), record];
  if (!isTold) return all;
  const told = { toldMs: atMs, incidentMs: incidentOf(known, sender, atMs) ?? atMs };
  return all.map((one) => (one === record || isUntold(one, sender, atMs) ? { ...one, ...told } : one));
}

/**
 * What people are told of it. All unknown clusters of one sender are one incident, because one mistake in its labels, or
 * one who holds its token, can make any number of names: the first name is a message, further ones are an update of it, at
 * most one an hour. The incident is told anew once a day.
 */
export function unknownClusterNotice(known: Known, heard: UnknownCluster): Notice | undefined {
  const { sender, alerts, atMs } = heard;
  const cluster = recordedName(known, heard);
  const before = known.find((record) => record.cluster === cluster);
  if (before !== undefined && before.toldMs > atMs - tellAgainMs) return undefined;
  const incidentMs = incidentOf(known, sender, atMs);
  const said = { sinceMs: atMs, reason: 'foreignCluster' as const, answer: [] };
  if (incidentMs === undefined) {
    const arrived = `Alerts of ${which(cluster)} arrived (${alerts} in the latest delivery, from ${sender}).`;
    const rest = 'Further unknown clusters of this sender are told as updates, at most once an hour.';
    return { kind: 'escalation', key: keyOf(sender, atMs), summary: `${arrived} ${whatToDo} ${rest}`, ...said };
  }
  const ofSender = known.filter((record) => record.sender === sender);
  if (Math.max(...ofSender.map(({ toldMs }) => toldMs)) > atMs - updateAfterMs) return undefined;
  const untold = ofSender.filter((record) => isUntold(record, sender, atMs)).map((record) => record.cluster);
  const names = [...new Set([...untold, cluster])];
  return {
    kind: 'update',
    key: keyOf(sender, incidentMs),
    // At most one in an hour, so that each has a number of its own.
    occurrence: Math.floor((atMs - incidentMs) / updateAfterMs),
    summary: `Alerts of further unknown clusters arrived from ${sender}: ${shown(names)}. ${whatToDo}`,
    ...said,
  };
}

const whatToDo = 'Nothing is done for them. Correct the label cluster, or allow the cluster for this sender.';

const keyOf = (sender: string, incidentMs: number) => `unknownCluster/${sender}/${new Date(incidentMs).toISOString()}`;

const which = (cluster: string) => (cluster === others ? 'many unknown clusters' : `the unknown cluster ${cluster}`);

function shown(names: readonly string[]): string {
  const named = names.filter((name) => name !== others).slice(0, namesShown);
  const more = names.length - named.length;
  if (named.length === 0) return 'many';
  return more === 0 ? named.join(', ') : `${named.join(', ')} and ${names.includes(others) ? 'many' : more} more`;
}

/** When the sender's incident began, Unix ms; undefined where none is open. */
function incidentOf(known: Known, sender: string, atMs: number): number | undefined {
  const began = known
    .filter((record) => record.sender === sender)
    .map(({ incidentMs, toldMs }) => incidentMs ?? toldMs)
    .filter((ms) => ms > atMs - tellAgainMs);
  return began.length === 0 ? undefined : Math.max(...began);
}

const isUntold = (record: UnknownClusterRecord, sender: string, atMs: number) =>
  record.sender === sender && record.toldMs <= atMs - tellAgainMs;

function recordedName(known: Known, { cluster, sender }: UnknownCluster): string {
  if (known.some((record) => record.cluster === cluster)) return cluster;
  const named = known.filter((record) => record.cluster !== others);
  const own = named.filter((record) => record.sender === sender);
  return named.length < clustersKept && own.length < clustersOfSender ? cluster : others;
}
