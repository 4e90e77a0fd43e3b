import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { workflowBundle } from '../../worker/bundle.ts';

jest.setTimeout(60_000);

const folder = join(import.meta.dirname, 'histories');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
const read = (file: string) => readFileSync(join(folder, file), 'utf8');

let bundle: Awaited<ReturnType<typeof workflowBundle>>;
beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR', () => {}) });
  bundle = await workflowBundle();
});

/** Rejects when the workflows of today would not have done what the history says. */
function replay(text: string): Promise<void> {
  const { workflowId, history } = JSON.parse(text) as { workflowId: string; history: unknown };
  return Worker.runReplayHistory({ workflowBundle: bundle }, historyFromJSON(history), workflowId);
}

describe('the replay gate', () => {
  it('has histories of runs and of their guards', () => {
    expect(files.filter((file) => file.includes('guard')).length).toBeGreaterThanOrEqual(9);
    expect(files.filter((file) => !file.includes('guard')).length).toBeGreaterThanOrEqual(9);
  });

  it.each(files)('replays %s with the workflows of today', async (file) => {
    await expect(replay(read(file))).resolves.toBeUndefined();
  });

  it.each([
    ['an activity that was called something else', '"name":"remediate"', '"name":"remedy"'],
    ['a step taken before it was verified', '"name":"verify"', '"name":"remediate"'],
  ])('catches a planted break: %s', async (_, was, is) => {
    const healed = files.find((file) => file.endsWith('/healed.json')) ?? '';
    const broken = read(healed).replaceAll(was, is);
    expect(broken).not.toBe(read(healed));
    await expect(replay(broken)).rejects.toThrow(DeterminismViolationError);
  });
});
