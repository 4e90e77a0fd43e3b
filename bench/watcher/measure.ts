import { eventually } from '../../sandbox/process.ts';
import type { Progress } from '../../sandbox/progress.ts';
import { memoryOf } from '../memory.ts';
import { type Summary, summaryOf } from '../statistics.ts';
import { startWatcher, type WatcherBed } from './bed.ts';
import { createPods, nameOf, setStatus } from './pods.ts';

/** What a round found. Times in ms, memory in MB. */
export interface Round {
  pods: number;
  /** One fault after another, all at once, and one healing after another. */
  lags: Record<'fault' | 'burst' | 'healing', Summary>;
  /** Changes that were never posted. */
  lost: number;
  /** After the list, at the end, the most that it ever was, and how much at the end is no file's (Node's own code is). */
  memory: { listed: number; end: number; peak: number; own: number };
}

/** How a round goes. */
export interface RoundOptions {
  pods: number;
  samples: number;
  progress: Progress;
}

const patienceMs = 30_000;
let created = 0;

/** A round with so many pods: fills the cluster up, starts a watcher, breaks and heals pods. */
export async function measure(bed: WatcherBed, { pods, samples, progress }: RoundOptions): Promise<Round> {
  const filling = progress.begin(`${pods} pods`);
  await createPods(bed.admin, created, pods);
  created = pods;
  filling.done();
  bed.intake.forget();
  const name = `watcher-${pods}`;
  const pid = await startWatcher(bed, name);
  const listed = memoryOf(pid);
  const step = progress.begin(`${samples} faults, alone and together`);
  const alone = range(0, samples);
  const fault = await inTurn(bed, alone, 'firing');
  const burst = await together(bed, range(samples, 2 * samples));
  const healing = await inTurn(bed, alone, 'resolved');
  await Promise.all(range(samples, 2 * samples).map((pod) => setStatus(bed.admin, pod, false)));
  step.done();
  const memory = { listed, end: memoryOf(pid), peak: memoryOf(pid, 'VmHWM'), own: memoryOf(pid, 'RssAnon') };
  await bed.sandbox.kill(name, 'SIGTERM');
  const lags = { fault: summaryOf(fault), burst: summaryOf(burst), healing: summaryOf(healing) };
  return { pods, lags, lost: 3 * samples - fault.length - burst.length - healing.length, memory };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => nameOf(from + index));

async function inTurn(bed: WatcherBed, pods: readonly string[], status: 'firing' | 'resolved'): Promise<number[]> {
  const lags: number[] = [];
  for (const pod of pods) lags.push(...(await lagOf(bed, pod, status)));
  return lags;
}

/** From the API server's answer, which many changes at once wait for; a watch may be quicker than that: 0. */
async function together({ admin, intake }: WatcherBed, pods: readonly string[]): Promise<number[]> {
  const changes = await Promise.all(
    pods.map(async (pod) => ({ pod, answeredAtMs: (await setStatus(admin, pod, true)).answeredAtMs })),
  );
  await eventually(async () => pods.every((pod) => intake.cameAt(pod, 'firing') !== undefined), patienceMs);
  return changes.flatMap(({ pod, answeredAtMs }) => {
    const atMs = intake.cameAt(pod, 'firing');
    return atMs === undefined ? [] : [Math.max(0, atMs - answeredAtMs)];
  });
}

/** From the moment in which the change was sent; nothing when it was never posted. */
async function lagOf({ admin, intake }: WatcherBed, pod: string, status: 'firing' | 'resolved'): Promise<number[]> {
  const { sentAtMs } = await setStatus(admin, pod, status === 'firing');
  const hasCome = async () => intake.cameAt(pod, status) !== undefined;
  await eventually(hasCome, patienceMs);
  const atMs = intake.cameAt(pod, status);
  return atMs === undefined ? [] : [atMs - sentAtMs];
}
