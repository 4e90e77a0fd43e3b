import { styleText } from 'node:util';
import { watchedFaults } from '../../domain/faults/index.ts';
import { elapsed } from '../progress.ts';
import { writePolicies } from './fault-policies.ts';
import type { Narrator } from './narrator.ts';
import { timelineOf } from './narrator.ts';
import { type Played, play, stepInWords } from './play.ts';
import { scenes } from './scenes/index.ts';
import type { Scene } from './scenes/scene.ts';
import type { Programme, Setup } from './setup.ts';

/** Wide enough that no scene waits for another one's acts, or passes for a part of a storm. */
const wideGuard = {
  budget: { burst: 1000, per10m: 1000 },
  concurrency: { namespace: 1000, cluster: 1000 },
  zoneSpacing: '1s',
  storm: { workloads: 1000, atLeast: 1000 },
  controlPlane: { p99: '30s', serverErrors: 1000 },
};

/** Their ready-made policies want several restarts, and the watcher reports the first: here Prometheus' rules are played. */
const leftToAlerts: readonly string[] = ['CrashLoopBackOff', 'OOMKilled', 'LivenessFailed'];

/** It reports what shows for a second. */
const watcher = {
  tolerance: '1s',
  faults: watchedFaults.map(({ name }) => name).filter((name) => !leftToAlerts.includes(name)),
};

/** The scenes that a name means: one, or those of `all`; undefined when there is none of that name. */
export function scenesNamed(name: string): readonly Scene[] | undefined {
  if (name === 'all') return scenes;
  const found = scenes.filter((scene) => scene.name === name);
  return found.length === 0 ? undefined : found;
}

/** Names and titles, one a line. */
export function sceneList(): string {
  const width = Math.max(...scenes.map(({ name }) => name.length));
  return scenes.map(({ name, title }) => `  ${name.padEnd(width)}  ${title}`).join('\n');
}

/** What must be there before these scenes can be played. */
export function programmeOf(chosen: readonly Scene[]): Programme {
  return {
    policies: (dataFolder, receiver) => writePolicies(dataFolder, chosen, receiver),
    guard: wideGuard,
    open: async () => undefined,
    audit: true,
    watcher,
  };
}

/** Whether all that the scene needs is there. */
export const canPlay = ({ hasMonitoring }: Setup, { needsPrometheus }: Scene) => hasMonitoring || !needsPrometheus;

/** Plays the scenes one after another and shows how each ended; resolves with whether all ended as they must. */
export async function playAll(setup: Setup, chosen: readonly Scene[], narrator: Narrator): Promise<boolean> {
  const ended: Played[] = [];
  for (const scene of chosen) {
    narrator.chapter(scene.title);
    if (!canPlay(setup, scene)) {
      narrator.show('  left out: its policy asks Prometheus, which cannot be had here');
      continue;
    }
    const played = await play(setup, scene, narrator);
    if (played.run) narrator.show(`\n${timelineOf(played.run)}`);
    for (const difference of played.differences) narrator.show(styleText('red', `  ✗ ${difference}`));
    ended.push(played);
  }
  if (ended.length > 1) {
    narrator.chapter('How they ended');
    narrator.show(tableOf(ended));
  }
  return ended.every(({ differences }) => differences.length === 0);
}

/** One line a scene: whether it ended as it must, how, after which steps, and how long it took. */
function tableOf(ended: readonly Played[]): string {
  const rows = ended.map(({ scene, run, differences, tookMs }) => {
    const { outcome = 'none', reason, steps = [] } = run?.report ?? {};
    const taken = steps.map(stepInWords).join('; ') || 'no step';
    const why = reason === undefined ? outcome : `${outcome} (${reason})`;
    return [differences.length === 0 ? '✓' : '✗', scene.name, why, taken, elapsed(tookMs)];
  });
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
    .join('\n');
}
