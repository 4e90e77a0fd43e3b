import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '..', '..');
const address = (path: string) => JSON.stringify(pathToFileURL(join(root, path)).href);
const folder = mkdtempSync(join(tmpdir(), 'mendflow-simulation-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program in a plain process of Node; gives what it prints. */
function run(program: string): string {
  const file = join(folder, 'program.ts');
  writeFileSync(file, program);
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { stdout, stderr, status } = spawnSync(process.execPath, [file], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

describe('the simulation in a process of its own', () => {
  it('runs the real code on our Temporal beside the real Temporal, each with its own copy', () => {
    const program = `
      import { remediate as real } from ${address('activities/remediate.ts')};
      import { MendflowError } from ${address('domain/run/errors.ts')};
      import { loadSimulation } from ${address('simulation/index.ts')};
      const { World, deploy } = await loadSimulation();
      const world = new World({ policies: [], startMs: 0 });
      deploy(world.cluster.store, { namespace: 'shop', name: 'checkout' });
      await world.advance(3_600_000);
      const pod = { kind: 'Pod', namespace: 'shop', name: 'nothing', uid: '' };
      const error = await world.cluster.evictPod(pod, { gracePeriodSeconds: 0, dryRun: false }).catch((error) => error);
      const failure = await real({}, {}).catch((error) => error.message);
      console.log(JSON.stringify([world.clock.nowMs, error instanceof MendflowError, typeof failure]));
    `;
    expect(JSON.parse(run(program))).toEqual([3_600_000, true, 'string']);
  });
});
