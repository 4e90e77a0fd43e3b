import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectCluster } from '../../../activities/kubernetes/client.ts';
import { type AuditedRequest, auditedRequests } from '../../../sandbox/audit-log.ts';
import { type KubernetesApi, openKubeconfig } from '../../../sandbox/kubernetes-api.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts';
import { isRead, workerRequests } from '../../support/product/audit.ts';
import { type Moment, moments, openLanes, type RaceEnd, race } from '../../support/product/name-race.ts';
import { type PodHistory, watchPods } from '../../support/product/pod-history.ts';
import { randomFrom } from '../../support/product/random.ts';

const races = 1_000;
/** Pods of each StatefulSet. */
const podsEach = 20;

const seed = Number(process.env.MENDFLOW_RACE_SEED ?? Math.floor(Math.random() * 2 ** 31));

let sandbox: Sandbox;
let admin: KubernetesApi;
let history: PodHistory;
let tookMs: number;
const ends: { moment: Moment; name: string; end: RaceEnd }[] = [];
/** Why a lane came to no end. */
let broken: string[];
let evictions: AuditedRequest[];

/** Each pod's name is raced for again and again; the moments take turns. A race that comes to no end ends its lane. */
async function runRaces(): Promise<void> {
  const cluster = connectCluster({ kubeconfig: sandbox.kubernetes.kubeconfig('worker') });
  const track = { cluster, admin, history, random: randomFrom(seed) };
  const lanes = await openLanes(track, podsEach);
  const startedMs = Date.now();
  const loops = lanes.names.map(async (name, lane) => {
    for (let lap = 0; lap < races / lanes.names.length; lap++) {
      const moment = moments[(lane + lap) % moments.length] as Moment;
      ends.push({ moment, name, end: await race(lanes, name, moment) });
    }
  });
  const outcomes = await Promise.allSettled(loops);
  tookMs = Date.now() - startedMs;
  broken = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []));
  await cluster.close();
}

/** `evicted 123, TARGET_GONE 45` for each moment. */
function tally(): string {
  const lines = moments.map((moment) => {
    const own = ends.filter((done) => done.moment === moment);
    const counts = Object.entries(Object.groupBy(own, ({ end }) => end.how)).map(
      ([how, those = []]) => `${how} ${those.length}`,
    );
    return `  ${moment}: ${counts.sort().join(', ')}`;
  });
  const answers = Object.entries(Object.groupBy(evictions, ({ code }) => String(code))).map(
    ([code, those = []]) => `${code} ${those.length} times`,
  );
  return `${ends.length} races for the name of a pod in ${Math.round(tookMs / 1_000)} s (MENDFLOW_RACE_SEED=${seed})\n${lines.join('\n')}\n  evictions were answered ${answers.join(', ')}\n`;
}

beforeAll(async () => {
  sandbox = await startSandbox({ parts: ['kubernetes'], audit: true });
  admin = openKubeconfig(sandbox.kubernetes.adminKubeconfig);
  history = watchPods(sandbox.kubernetes);
  await runRaces();
  evictions = workerRequests(sandbox.kubernetes.auditLog ?? '').filter(
    ({ verb, resource }) => verb === 'create' && resource === 'pods/eviction',
  );
  process.stdout.write(tally());
}, 180_000);

afterAll(async () => {
  await history?.close();
  await admin?.close();
  await sandbox?.stop();
}, 30_000);

/** What anybody asked to be changed about pods of that name, and what was answered; so that a failure tells who did it. */
const changesOf = (name: string) =>
  auditedRequests(sandbox.kubernetes.auditLog ?? '')
    .filter((request) => request.name === name && !isRead(request))
    .map(({ user, verb, resource, requiredUid = '', code }) => `${user} ${verb} ${resource} ${requiredUid} ${code}`);

const isDone = ({ code }: AuditedRequest) => code >= 200 && code < 300;
const uidsWhere = (wanted: (end: RaceEnd) => boolean) =>
  ends.filter(({ end }) => wanted(end)).map(({ end }) => end.verifiedUid);

describe(`in ${races} races for the name of a pod that was verified`, () => {
  it('each race came to an end, and was run on a uid of its own', () => {
    expect(broken).toEqual([]);
    expect(new Set(uidsWhere(() => true)).size).toBe(races);
  });

  it('every eviction that was asked for names the uid that was verified under that name', () => {
    const verified = new Map(ends.map(({ name, end }) => [end.verifiedUid, name]));
    const strays = evictions.filter(({ name, requiredUid = 'none' }) => verified.get(requiredUid) !== name);
    expect(strays).toEqual([]);
  });

  it('no pod ended that was neither the rival’s prey nor evicted by its own uid', () => {
    const over = [...history.lives].filter(([, { isOver }]) => isOver);
    const ended = over.map(([uid]) => uid);
    const accounted = new Set([
      ...uidsWhere(({ isRivalsDoing }) => isRivalsDoing),
      ...evictions.filter(isDone).map(({ requiredUid }) => requiredUid),
    ]);
    const strays = over.filter(([uid]) => !accounted.has(uid));
    expect(strays.map(([uid, { name }]) => ({ uid, name, asked: changesOf(name) }))).toEqual([]);
    expect(ended.length).toBeGreaterThanOrEqual(races);
  });

  it('the activity says of its act what the API server did', () => {
    const evicted = new Set(evictions.filter(isDone).map(({ requiredUid }) => requiredUid));
    expect(uidsWhere(({ how }) => how === 'evicted').filter((uid) => !evicted.has(uid))).toEqual([]);
    // Only after an answer that was lost may it not know that the act was its own.
    const isSilent = ({ how, attempts }: RaceEnd) => how !== 'evicted' && !(how === 'nothing to do' && attempts > 1);
    expect(uidsWhere(isSilent).filter((uid) => evicted.has(uid))).toEqual([]);
  });

  it('each ended with the verified pod evicted, or with nothing done because it was gone or replaced', () => {
    const allowed = ['evicted', 'nothing to do', 'TARGET_GONE', 'TARGET_REPLACED'];
    expect(ends.filter(({ end }) => !allowed.includes(end.how))).toEqual([]);
    expect(ends.map(({ end }) => end.how)).toEqual(
      expect.arrayContaining(['evicted', 'TARGET_GONE', 'TARGET_REPLACED']),
    );
  });

  it('the API server itself was made to refuse the eviction of a successor', () => {
    expect(evictions.filter(({ code }) => code === 409).length).toBeGreaterThan(0);
  });
});
