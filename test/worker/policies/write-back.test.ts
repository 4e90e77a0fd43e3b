import { beforeEach, describe, expect, it } from '@jest/globals';
import type { PolicyResource, PolicyStatus } from '../../../activities/kubernetes/policy-resources.ts';
import { MendflowError } from '../../../domain/run/errors.ts';
import { judge } from '../../../worker/policies/standing.ts';
import { openWriteBack, type WriteBack } from '../../../worker/policies/write-back.ts';
import { aResource, badSpec, vocabulary } from './a-resource.ts';

let nowMs: number;
let timers: { atMs: number; run: () => void }[];
let written: { read: PolicyResource; status: PolicyStatus }[];
let troubles: string[];
let paused: string | undefined;
let answer: (read: PolicyResource, status: PolicyStatus) => Promise<PolicyResource>;
let writeBack: WriteBack;

/** Lets everything happen that needs no time. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
/** The statuses written, as often as each condition of Ready was said. */
const said = () => written.map(({ status }) => status.conditions?.find(({ type }) => type === 'Ready')?.reason);

/** Moves the clock on, from timer to timer. */
async function pass(ms: number): Promise<void> {
  const endMs = nowMs + ms;
  for (;;) {
    const next = timers.filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
    if (next === undefined) break;
    timers = timers.filter((timer) => timer !== next);
    nowMs = next.atMs;
    next.run();
    await settle();
  }
  nowMs = endMs;
}

async function update(...resources: PolicyResource[]): Promise<void> {
  writeBack.update(new Map(resources.map((one) => [one.name, judge(one, undefined, vocabulary)])));
  await settle();
}

beforeEach(async () => {
  nowMs = Date.parse('2026-03-01T10:00:00Z');
  [timers, written, troubles, paused] = [[], [], [], undefined];
  answer = async (read, status) => ({ ...read, status, resourceVersion: `${Number(read.resourceVersion) + 1}` });
  writeBack = openWriteBack({
    async writeStatus(read, status) {
      written.push({ read, status });
      return answer(read, status);
    },
    pausedWhy: async () => paused,
    trouble: (policy, error) => troubles.push(`${policy}: ${error.code}`),
    now: () => nowMs,
    after(delayMs, run) {
      const timer = { atMs: nowMs + delayMs, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
  });
  await settle();
});

describe('the write-back', () => {
  it('writes a status at once, and nothing more while nothing changes', async () => {
    await update(aResource());
    await update({ ...aResource(), ...(await answer(aResource(), written[0]?.status ?? {})) });
    await pass(3_600_000);
    expect(said()).toEqual(['InForce']);
  });

  it('writes nothing when somebody else, such as another worker, has written the same', async () => {
    await update(aResource());
    const other = aResource({ status: written[0]?.status ?? {} });
    written = [];
    await update(other);
    expect(written).toEqual([]);
  });

  it('writes at once when the policy changes', async () => {
    await update(aResource());
    await update(aResource({ generation: 2, spec: badSpec }));
    expect(said()).toEqual(['InForce', 'NotInForce']);
  });

  it('gathers counters for ten seconds, and adds each once', async () => {
    await update(aResource());
    for (let run = 0; run < 5; run += 1) writeBack.count('crash-loop', 'matched');
    writeBack.count('crash-loop', 'acted');
    await pass(9_000);
    expect(written).toHaveLength(1);
    await pass(2_000);
    writeBack.count('crash-loop', 'matched');
    await pass(60_000);
    expect(written.slice(1).map(({ status: { matched, acted } }) => [matched, acted])).toEqual([
      [5, 1],
      [6, 1],
    ]);
  });

  it('loses no count when a write fails', async () => {
    await update(aResource());
    answer = async () => {
      throw new MendflowError('CLUSTER_UNAVAILABLE', 'away');
    };
    writeBack.count('crash-loop', 'matched');
    await pass(15_000);
    answer = async (read, status) => ({ ...read, status });
    await pass(15_000);
    expect(troubles).toEqual(['crash-loop: CLUSTER_UNAVAILABLE']);
    expect(written.at(-1)?.status.matched).toBe(1);
  });

  it('counts nothing of a policy that it does not know', async () => {
    writeBack.count('unknown', 'matched');
    await pass(60_000);
    expect(written).toEqual([]);
  });

  it('tries a failed write again, later and later, and says what was wrong each time', async () => {
    answer = async () => {
      throw new MendflowError('PERMISSION_DENIED', 'no');
    };
    await update(aResource());
    await pass(60_000);
    // At 0, 1, 3, 7, 15 and 31 s.
    expect(written).toHaveLength(6);
    expect(troubles).toHaveLength(6);
  });

  it('keeps quiet about a resource that changed in the meantime, and tries again', async () => {
    answer = async () => {
      throw new MendflowError('CONFLICT', 'modified');
    };
    await update(aResource());
    answer = async (read, status) => ({ ...read, status });
    await pass(1_000);
    expect([written.length, troubles]).toEqual([2, []]);
  });

  it('does not fight with somebody who says otherwise: at most 20 writes in an hour', async () => {
    answer = async (read) => read;
    for (let turn = 0; turn < 360; turn += 1) {
      await update(aResource());
      await pass(10_000);
    }
    expect(written.length).toBeGreaterThan(5);
    expect(written.length).toBeLessThanOrEqual(20);
  });

  it('shows a pause, and its end, within a quarter of a minute', async () => {
    await update(aResource());
    paused = 'paused by ada';
    await pass(15_000);
    paused = undefined;
    await pass(15_000);
    const states = written.map(({ status }) => status.conditions?.find(({ type }) => type === 'Paused')?.status);
    expect(states).toEqual(['False', 'True', 'False']);
  });

  it('writes nothing more of a policy that is gone', async () => {
    answer = async () => {
      throw new MendflowError('TARGET_GONE', 'no such policy');
    };
    await update(aResource());
    await update();
    await pass(3_600_000);
    expect([written.length, troubles]).toEqual([1, []]);
  });

  it('writes what was counted when it is closed, and then no more', async () => {
    await update(aResource());
    writeBack.count('crash-loop', 'matched');
    await writeBack.close();
    writeBack.count('crash-loop', 'matched');
    await update(aResource({ generation: 2 }));
    await pass(60_000);
    expect(written.map(({ status }) => status.matched)).toEqual([undefined, 1]);
  });
});
