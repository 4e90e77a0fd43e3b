import { afterAll, beforeAll, expect } from '@jest/globals';
import { narratorOn } from '../../sandbox/demo/narrator.ts';
import { type Played, play } from '../../sandbox/demo/play.ts';
import { canPlay, programmeOf } from '../../sandbox/demo/programme.ts';
import { scenes } from '../../sandbox/demo/scenes/index.ts';
import { openSetup, type Setup } from '../../sandbox/demo/setup.ts';
import { silent } from '../../sandbox/progress.ts';
import { partServers } from '../../sandbox/start-parts.ts';
import { itWith } from '../support/with-servers.ts';

/** So many scenes side by side; each has a namespace or nodes of its own. */
const sideBySide = 4;

let setup: Setup;
const ended = new Map<string, Played>();

/** What was told of each scene, shown where it did not end as it must. */
const stories = new Map<string, string>();

async function playNext(waiting: string[]): Promise<void> {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const scene = scenes.find((one) => one.name === name);
    if (scene === undefined || !canPlay(setup, scene)) continue;
    const lines: string[] = [];
    const narrator = narratorOn({ write: (text: string) => lines.push(text) }, Date.now);
    ended.set(name, await play(setup, scene, narrator));
    stories.set(name, lines.join(''));
  }
}

beforeAll(async () => {
  setup = await openSetup({ progress: silent, told: () => undefined, play: programmeOf(scenes) });
  const waiting = scenes.map(({ name }) => name);
  await Promise.all(Array.from({ length: sideBySide }, () => playNext(waiting)));
}, 300_000);

afterAll(async () => {
  await setup?.stop();
}, 60_000);

for (const scene of scenes) {
  itWith(scene.needsPrometheus ? partServers.monitoring : [], `${scene.name}: ${scene.title} ends as it must`, () => {
    const { differences } = ended.get(scene.name) ?? { differences: ['it was not played'] };
    const story = differences.length === 0 ? '' : stories.get(scene.name);
    expect({ differences, story }).toEqual({ differences: [], story: '' });
  });
}
