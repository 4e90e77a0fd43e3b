import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { podFaults, type WatchedFault } from '../../domain/faults/index.ts';
import type { Pod } from '../../domain/target/pod.ts';
import { classify } from '../../watcher/classify.ts';
import type { Sighting } from '../../watcher/sightings.ts';
import { agoMs, anOomKilledPod, aPod, nowMs } from '../activities/support/builders.ts';

const watched = podFaults.filter((fault): fault is typeof fault & WatchedFault => fault.toleranceMs !== undefined);
const shown = (pod: Pod) =>
  classify(watched, { kind: 'pod', status: { pod } } as Sighting, nowMs).map(({ fault }) => fault.name);

describe('what the watcher finds', () => {
  it('is nothing on a pod that is well', () => {
    expect(shown(aPod())).toEqual([]);
  });

  it('is a memory kill from the second restart on', () => {
    expect(shown(anOomKilledPod('checkout-1', 1))).not.toContain('OOMKilled');
    expect(shown(anOomKilledPod('checkout-1', 2))).toContain('OOMKilled');
  });

  it('is no memory kill of long ago', () => {
    expect(agoMs(3_600)).toBeLessThan(nowMs);
    expect(shown(anOomKilledPod('checkout-1', 5, 3_600))).not.toContain('OOMKilled');
  });

  it.each([
    ['CrashLoopBackOff', 'crash-loop'],
    ['OOMKilled', 'oom-killed'],
    ['LivenessFailed', 'liveness'],
  ])('is %s from as many restarts on as the ready-made policy asks for', (name, policy) => {
    const text = readFileSync(join(import.meta.dirname, `../../policies/${policy}.yaml`), 'utf8');
    const checks = parseAllDocuments(text)[0]?.toJS().spec.verify as { podCondition?: { restartsAtLeast: number } }[];
    const fault = podFaults.find((other) => other.name === name);
    expect(fault?.reportedFromRestarts).toBe(checks[0]?.podCondition?.restartsAtLeast);
  });
});
