import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readSuite } from '../../../simulation/policy-test/index.ts';
import { policyFolder, readyMade, resultsOf } from './files.ts';

/** Every ready-made policy; its tests stand beside it. */
const names = readdirSync(policyFolder)
  .filter((file) => /^[^.]+\.yaml$/.test(file))
  .map((file) => file.replace('.yaml', ''))
  .sort();

/** Failure classes that a fresh pod shows again, and those that have no pod. */
const withoutRestarts = names.filter((name) =>
  /^(image-pull|config-error|unschedulable|pod-pending|stuck-rollout|job-failed|pvc-nearly-full|hpa-at-max|node-)/.test(
    name,
  ),
);
const restarts = ['evictPod', 'deletePod', 'rolloutRestart'];

/** The names of the tests that fail when the text of the policy is another. */
async function failing(name: string, change: (text: string) => string = (text) => text): Promise<string[]> {
  const text = readyMade(`${name}.yaml`);
  const other = change(text);
  const suite = readSuite(`${name}.test.yaml`, (path) => (path === `${name}.yaml` ? other : readyMade(path)));
  const results = await resultsOf(suite);
  return results.filter(({ mismatches }) => mismatches.length > 0).map(({ policyCase }) => policyCase.name);
}

/** The text with one part replaced; a part that is not there is a fault of the test. */
const swap = (from: string | RegExp, to: string) => (text: string) => {
  const other = text.replace(from, to);
  if (other === text) throw new Error(`${from} is not in the policy`);
  return other;
};

describe('the ready-made policies', () => {
  it.each(names)('pass their tests: %s', async (name) => {
    expect(await failing(name)).toEqual([]);
  });

  it.each(names)('fail a test where the alert has another name: %s', async (name) => {
    expect(await failing(name, (text) => text.replace(/alertname(=~?)"[^"]+"/, 'alertname$1"Unheard"'))).not.toEqual(
      [],
    );
  });

  it.each(names)('fail a test where something else is verified: %s', async (name) => {
    const other = '  verify: [{ unavailablePods: { atLeast: 400 } }]\n';
    const change = (text: string) => text.replace(/^ {2}verify:\n(?: {4}.*\n)+/m, other);
    expect(await failing(name, change)).not.toEqual([]);
  });

  it.each(withoutRestarts)('restart nothing for a fault that a restart never cures: %s', async (name) => {
    const { policies } = readSuite(`${name}.test.yaml`, readyMade).cases[0] ?? { policies: [] };
    const actions = policies.flatMap(({ spec }) => spec.steps.map(({ action }) => action));
    expect(actions.filter((action) => restarts.includes(action))).toEqual([]);
    const restarting = (text: string) =>
      text.replace(/^ {2}steps:.*\n(?: {4}.*\n)*/m, '  steps: [{ rolloutRestart: {} }]\n');
    expect(await failing(name, restarting)).not.toEqual([]);
  });

  it.each([
    ['takes the only pod', swap('minReady: 1', 'minReady: 0'), ['the only pod of a workload is not taken away']],
    [
      'counts too few restarts',
      swap('restartsAtLeast: 3', 'restartsAtLeast: 1'),
      ['two restarts are not a crash loop yet'],
    ],
    [
      'verifies something else',
      swap('reason: CrashLoopBackOff, restartsAtLeast: 3, within: 15m', 'reason: NotReady'),
      ['two restarts are not a crash loop yet'],
    ],
    [
      'takes one fault for another',
      swap('reason: CrashLoopBackOff, restartsAtLeast: 3', 'reason: ImagePullBackOff'),
      [
        'a pod in a bad state is evicted once, and its workload proven healthy',
        'as it is shipped it only says what it would do',
        'a place that keeps crashing pods is handed over after one eviction',
        'a release that crashes is evicted once, and taken back when a person agrees',
        'a bug that crashes every pod is nobody’s eviction',
        'a pod that cannot pull its image does not crash, and an eviction would not help it',
        'the only pod of a workload is not taken away',
        'a second crash waits for the cooldown, and the third of a day is a person’s',
      ],
    ],
    [
      'matches another alert',
      swap('PodCrashLooping|MendflowPodCrashLoopBackOff|', ''),
      ['as it is shipped it only says what it would do'],
    ],
    [
      'never rests',
      swap('cooldown: 10m', 'cooldown: 10s'),
      ['a second crash waits for the cooldown, and the third of a day is a person’s'],
    ],
    [
      'is content too soon',
      swap('stableFor: 2m', 'stableFor: 10s'),
      ['a pod in a bad state is evicted once, and its workload proven healthy'],
    ],
    [
      'waits too long',
      swap('within: 10m', 'within: 20m'),
      [
        'a place that keeps crashing pods is handed over after one eviction',
        'a release that crashes is evicted once, and taken back when a person agrees',
      ],
    ],
    [
      'acts everywhere',
      swap('namespaces: [shop]', 'namespaces: [shop, bank]'),
      ['other namespaces are none of its business'],
    ],
    [
      'tolerates that most pods are ill',
      swap('minReady: 1', 'minReady: 0\n    maxUnhealthy: 100%'),
      ['a bug that crashes every pod is nobody’s eviction', 'the only pod of a workload is not taken away'],
    ],
  ])('crash-loop that %s fails the right tests', async (_, change, tests) => {
    expect(await failing('crash-loop', change)).toEqual(tests);
  });

  it.each([
    [
      'restarts before it evicts',
      (text: string) => {
        const [, evict = '', restart = ''] =
          /steps:\n( {4}- evictPod[\s\S]*?)( {4}- rolloutRestart[\s\S]*?)(?= {2}healthy)/.exec(text) ?? [];
        return swap(evict + restart, restart + evict)(text);
      },
      [
        'a leaking pod is evicted, which is enough',
        'as it is shipped it only says what it would do',
        'when the fresh pod is killed as well, a person is asked before all of them are restarted',
        'silence means no',
        'a person can take the workload over instead',
        'while Mendflow is paused nothing is done; when it is resumed, the alert is looked at again',
      ],
    ],
    [
      'restarts without asking',
      swap('approval: Required', 'approval: None'),
      [
        'when the fresh pod is killed as well, a person is asked before all of them are restarted',
        'silence means no',
        'a person can take the workload over instead',
      ],
    ],
    [
      'draws the line too low',
      swap('> 0.8', '> 0.5'),
      ['memory that has fallen below the line since the alert is left alone'],
    ],
    [
      'asks for another measure',
      swap(/container_memory_working_set_bytes/g, 'container_memory_rss'),
      [
        'a leaking pod is evicted, which is enough',
        'as it is shipped it only says what it would do',
        'when the fresh pod is killed as well, a person is asked before all of them are restarted',
        'silence means no',
        'a person can take the workload over instead',
        'while Mendflow is paused nothing is done; when it is resumed, the alert is looked at again',
      ],
    ],
  ])('memory-leak that %s fails the right tests', async (_, change, tests) => {
    expect(await failing('memory-leak', change)).toEqual(tests);
  });

  it('are tested in Auto; a test that forgets to say so fails for a policy that observes', async () => {
    const suite = readSuite('crash-loop.test.yaml', (path) => {
      const text = readyMade(path);
      return path.endsWith('.test.yaml') ? text.replace('mode: Auto', 'mode: Observe') : text;
    });
    const [first] = await resultsOf(suite);
    expect(first?.mismatches).toContainEqual({
      field: 'runs[0].outcome',
      expected: 'remediated',
      actual: 'notActionable',
    });
  });

  it('are tested as docs/policy-tests.md shows it', async () => {
    const page = readFileSync(join(policyFolder, '..', 'docs', 'policy-tests.md'), 'utf8');
    const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    const suite = readSuite('example.test.yaml', (path) => (path === 'example.test.yaml' ? example : readyMade(path)));
    expect((await resultsOf(suite)).map(({ mismatches }) => mismatches)).toEqual([[]]);
  });
});
