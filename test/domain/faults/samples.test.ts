import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { RawCondition, RawPod } from '../../../activities/kubernetes/raw.ts';
import { readConditions, readPod } from '../../../activities/kubernetes/read-pod.ts';
import { conditionFaults, podFaults } from '../../../domain/faults/index.ts';
import { parseDuration } from '../../../domain/text/duration.ts';

interface Samples<Sample> {
  now: string;
  samples: ({ says: string; shows: string[] } & Sample)[];
}
interface PodSample {
  pod: RawPod;
  within?: string;
  words?: Record<string, string>;
}
interface ConditionSample {
  about: string;
  conditions: RawCondition[];
}

const load = <Sample>(file: string): Samples<Sample> =>
  parse(readFileSync(join(import.meta.dirname, 'samples', file), 'utf8')) as Samples<Sample>;

describe.each(['containers.yaml', 'waiting.yaml'])('the pods of %s', (file) => {
  const { now, samples } = load<PodSample>(file);

  it.each(samples.map((sample) => [sample.says, sample] as const))('%s', (_, { pod, shows, within, words = {} }) => {
    const withinMs = within === undefined ? undefined : parseDuration(within);
    const question = {
      pod: readPod(pod),
      restartsAtLeast: 0,
      nowMs: Date.parse(now),
      ...(withinMs === undefined ? {} : { withinMs }),
    };
    const shown = podFaults.flatMap((fault) => (fault.shows(question) === undefined ? [] : [fault.name]));
    expect(shown.sort()).toEqual([...shows].sort());
    for (const [name, text] of Object.entries(words)) {
      expect(podFaults.find((fault) => fault.name === name)?.shows(question)).toBe(text);
    }
  });
});

describe('the conditions of conditions.yaml', () => {
  const { samples } = load<ConditionSample>('conditions.yaml');

  it.each(samples.map((sample) => [sample.says, sample] as const))('%s', (_, { about, conditions, shows }) => {
    const live = readConditions(conditions);
    const shown = conditionFaults.filter((fault) => fault.about === about && fault.shows(live) !== undefined);
    expect(shown.map(({ name }) => name)).toEqual(shows);
  });

  it('are told in the words of whoever wrote them', () => {
    const [stuck] = conditionFaults.filter(({ name }) => name === 'RolloutStuck');
    expect(stuck?.shows(readConditions(samples[0]?.conditions))).toBe(
      'condition Progressing is False: ProgressDeadlineExceeded: ReplicaSet "api-7d4" has timed out progressing.',
    );
  });
});
