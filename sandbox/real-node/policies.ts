import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { sceneLabel } from '../demo/scenes/scene.ts';
import { inFastTime } from '../fast-policy.ts';
import type { NodeCase } from './case.ts';

const readyMade = join(import.meta.dirname, '..', '..', 'policies');
/** Ten minutes are one: a kubelet's back-off is not to be hurried, but nobody waits an hour for a check to end. */
const scale = 10;

interface Checked {
  spec: { verify: unknown };
}

/**
 * Writes the ready-made policy of each case into a new folder, for the namespace or the nodes of the case; gives its path.
 * Its checks stay as they are: they are about what the kubelet does in its own time.
 */
export function writeCasePolicies(dataFolder: string, cases: readonly NodeCase[], receiver: string): string {
  const folder = join(dataFolder, 'policies');
  mkdirSync(folder);
  for (const { name, policy, isAboutNodes } of cases) {
    const scope = isAboutNodes ? { nodes: { [sceneLabel]: name } } : { namespaces: [name] };
    const text = readFileSync(join(readyMade, `${policy}.yaml`), 'utf8');
    const fast = parse(inFastTime(text, { scope, scale, name, receiver })) as Checked;
    fast.spec.verify = (parse(text) as Checked).spec.verify;
    writeFileSync(join(folder, `${name}.yaml`), stringify(fast));
  }
  return folder;
}
