import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFastTime } from '../fast-policy.ts';
import { type Scene, sceneLabel } from './scenes/scene.ts';

const readyMade = join(import.meta.dirname, '..', '..', 'policies');
/** A minute is a second, so that a scene is over well within one. */
const scale = 60;

/** Writes the ready-made policy of each scene into a new folder, for the scene's own namespace or nodes; gives its path. */
export function writePolicies(dataFolder: string, scenes: readonly Scene[], receiver: string): string {
  const folder = join(dataFolder, 'policies');
  mkdirSync(folder);
  for (const { name, policy, isAboutNodes } of scenes) {
    const scope = isAboutNodes ? { nodes: { [sceneLabel]: name } } : { namespaces: [name] };
    const text = readFileSync(join(readyMade, `${policy}.yaml`), 'utf8');
    writeFileSync(join(folder, `${name}.yaml`), inFastTime(text, { scope, scale, name, receiver }));
  }
  return folder;
}
