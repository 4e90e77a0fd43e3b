import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Action } from '../../activities/actions/define-action.ts';
import { actions } from '../../activities/actions/index.ts';
import { connectCluster } from '../../activities/kubernetes/client.ts';
import { type ApiGate, openApiGate } from '../support/product/api-gate.ts';
import { describeWith } from '../support/with-servers.ts';
import type { Arrangement, Scene } from './actions/scene.ts';
import { keepsOurPodsToDryRuns, takesNothingThatCannotComeBack } from './support/admission-traps.ts';
import { type Gate, promises, type Trial } from './support/promises.ts';
import { promisesOfManagers } from './support/promises-of-managers.ts';
import { needsExactlyItsRights } from './support/promises-of-rights.ts';
import { promisesOfUndo } from './support/promises-of-undo.ts';
import { startWorld, type World } from './support/world.ts';

const folder = join(import.meta.dirname, '../../activities/actions');
const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const scenePath = ({ name }: Action) => join(import.meta.dirname, 'actions', `${kebab(name)}.ts`);

const scenes = new Map<string, Scene>();
for (const action of actions) {
  if (!existsSync(scenePath(action))) continue;
  scenes.set(action.name, ((await import(scenePath(action))) as { default: Scene }).default);
}

let world: World;
let gate: Gate & Pick<ApiGate, 'close'>;
beforeAll(async () => {
  world = await startWorld();
  const opened = await openApiGate(world.sandbox);
  gate = { ...opened, cluster: connectCluster({ kubeconfig: opened.kubeconfig }) };
}, 60_000);
afterAll(async () => {
  await gate.cluster.close();
  await gate.close();
  await world.stop();
});

describe('the registry', () => {
  it('holds an action of its name for every file', () => {
    const sources = readdirSync(folder).filter((file) => file.endsWith('.ts'));
    const files = sources.filter((file) => !['index.ts', 'define-action.ts'].includes(file));
    expect(actions.map(({ name }) => `${kebab(name)}.ts`)).toEqual(files.sort());
  });

  it('has a scene for every action', () => {
    expect(actions.filter(({ name }) => !scenes.has(name)).map(({ name }) => name)).toEqual([]);
  });
});

for (const action of actions) {
  const scene = scenes.get(action.name);
  describeWith(scene?.servers ?? [], action.name, () => promisesOf(action, scene));
}

describe('a pod that could not come back', () => {
  const trials = (): Trial[] =>
    actions.flatMap((action) =>
      (scenes.get(action.name)?.arrangements ?? []).map((arrangement) => ({ action, arrangement, world, gate })),
    );
  keepsOurPodsToDryRuns(
    () => world,
    () => trials().find(({ action }) => action.name === 'evictPod') as Trial,
  );
  takesNothingThatCannotComeBack(() => world, trials);
});

function promisesOf(action: Action, scene: Scene | undefined): void {
  it('takes its parameters, and says what each means', () => {
    for (const { params = {} } of scene?.arrangements ?? []) {
      expect(action.params.safeParse(params).error).toBe(undefined);
    }
    for (const field of Object.values(action.params.shape)) expect(field.description).toEqual(expect.any(String));
  });

  const arrangements = scene?.arrangements ?? [];
  const trial = (arrangement: Arrangement) => ({ action, arrangement, world, gate });
  for (const { that, hold, isFor } of [...promises, ...promisesOfUndo, ...promisesOfManagers]) {
    if (isFor !== undefined && !isFor(action)) continue;
    it.each(arrangements)(`${that}: $on`, (arrangement) => hold(trial(arrangement)), 60_000);
  }
  it('needs exactly the permissions that it declares', () => needsExactlyItsRights(arrangements.map(trial)), 180_000);
  if (scene?.cases !== undefined) describe('itself', () => scene.cases?.(() => world));
}
