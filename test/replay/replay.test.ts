import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { version } from '../../telemetry/version.ts';
import { workflowBundle } from '../../worker/bundle.ts';

jest.setTimeout(60_000);

const folder = join(import.meta.dirname, 'histories');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
const read = (file: string) => readFileSync(join(folder, file), 'utf8');

/** The file of a path in the version of today. */
const fileOf = (name: string) => join(version, `${name}.json`);

/** As the workflow would see it if it did not heed the server's suggestion. */
const unheeded = (text: string) => text.replace('"suggestContinueAsNew":true', '"suggestContinueAsNew":false');

/** As it would be if the workflow lost the alert that fired again while it closed. */
const unsignalled = (text: string) => text.replace('"signalName":"alert"', '"signalName":"other"');

/** As it would begin if the execution before had carried nothing over. */
function forgotten(text: string): string {
  const [payload = ''] = /(?<="input":\{"payloads":\[\{[^\]]*"data":")[^"]+/.exec(text) ?? [];
  const { carried: _, state: __, ...input } = JSON.parse(Buffer.from(payload, 'base64').toString());
  return text.replace(payload, Buffer.from(JSON.stringify(input)).toString('base64'));
}

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
    ['a run in an escalation', 'escalatedForLong-before'],
    ['a run in a hold of the guard', 'heldForLong-before'],
    ['a run whose alert fires again while it closes', 'firesAgain-before'],
    ['a guard that is asked often', 'guardIsAskedOften-guard-before'],
  ])('has the history of %s that continues as new', (_, name) => {
    expect(read(fileOf(name))).toContain('EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW');
    expect(read(fileOf(name.replace('-before', '')))).toMatch(/"continuedExecutionRunId":"[0-9a-f-]+"/);
  });

  it.each([
    ['an escalation that never continues as new', 'escalatedForLong-before', unheeded],
    ['a hold that never continues as new', 'heldForLong-before', unheeded],
    ['a guard that never continues as new', 'guardIsAskedOften-guard-before', unheeded],
    ['a new episode that is lost', 'firesAgain-before', unsignalled],
    ['an escalation that is forgotten', 'escalatedForLong', forgotten],
    ['a hold that is forgotten', 'heldForLong', forgotten],
    ['a guard that forgets what it knew', 'guardIsAskedOften-guard', forgotten],
  ])('catches a planted break: %s', async (_, name, plant) => {
    const text = read(fileOf(name));
    const broken = plant(text);
    expect(broken).not.toBe(text);
    await expect(replay(broken)).rejects.toThrow(DeterminismViolationError);
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
