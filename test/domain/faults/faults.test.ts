import { describe, expect, it } from '@jest/globals';
import { alertnameOf, faultClasses, faultShown, podFaults } from '../../../domain/faults/index.ts';
import { type PodCondition, podConditionReasons } from '../../../domain/faults/pod-fault.ts';
import type { Container, Pod, Terminated } from '../../../domain/target/pod.ts';
import { aContainer, agoMs, anOomKilledPod, aPod, nowMs } from '../../activities/support/builders.ts';

const ended = (reason: string, exitCode: number, secondsAgo: number): Terminated => ({
  kind: 'terminated',
  reason,
  exitCode,
  finishedAtMs: agoMs(secondsAgo),
});
const waiting = (reason: string, message = '') => ({ kind: 'waiting' as const, reason, message });
const running = (secondsAgo: number) => ({ kind: 'running' as const, startedAtMs: agoMs(secondsAgo) });
const podWith = (container: Partial<Container>, pod: Partial<Pod> = {}) =>
  aPod({ isReady: container.isReady ?? false, containers: [aContainer({ isReady: false, ...container })], ...pod });
const asked = (reason: PodCondition['reason'], more: Partial<PodCondition> = {}): PodCondition => ({
  reason,
  restartsAtLeast: 0,
  ...more,
});

type Row = [fact: string, pod: Pod, condition: PodCondition, shown: boolean];

const oomKilled: Row[] = [
  ['is shown by the last state', anOomKilledPod(), asked('OOMKilled'), true],
  ['is shown by the present state', podWith({ state: ended('OOMKilled', 137, 1) }), asked('OOMKilled'), true],
  [
    'is shown by an init container',
    podWith({ isInit: true, lastTermination: ended('OOMKilled', 137, 5) }),
    asked('OOMKilled'),
    true,
  ],
  [
    'is not proven by exit code 137, which is any SIGKILL',
    podWith({ lastTermination: ended('Error', 137, 5) }),
    asked('OOMKilled'),
    false,
  ],
  [
    'is not shown with fewer restarts than asked for',
    anOomKilledPod('a', 1),
    asked('OOMKilled', { restartsAtLeast: 2 }),
    false,
  ],
  [
    'is shown with as many restarts as asked for',
    anOomKilledPod('a', 2),
    asked('OOMKilled', { restartsAtLeast: 2 }),
    true,
  ],
  [
    'is not shown when it is longer ago than asked for',
    anOomKilledPod('a', 3, 601),
    asked('OOMKilled', { within: 600_000 }),
    false,
  ],
  [
    'is shown at the edge of the time asked for',
    anOomKilledPod('a', 3, 600),
    asked('OOMKilled', { within: 600_000 }),
    true,
  ],
  ['is not shown by a pod that is well', aPod(), asked('OOMKilled'), false],
];

const crash = { restarts: 4, lastTermination: ended('Error', 1, 20) };
const crashLoop: Row[] = [
  [
    'is shown while the kubelet backs off',
    podWith({ ...crash, state: waiting('CrashLoopBackOff') }),
    asked('CrashLoopBackOff'),
    true,
  ],
  [
    'is shown between two crashes, when it runs unready',
    podWith({ ...crash, state: running(120) }),
    asked('CrashLoopBackOff'),
    true,
  ],
  [
    'is shown right after a crash',
    podWith({ restarts: 4, state: ended('Error', 1, 1) }),
    asked('CrashLoopBackOff'),
    true,
  ],
  [
    'is shown by a container that came up a moment ago',
    podWith({ ...crash, isReady: true, state: running(5) }),
    asked('CrashLoopBackOff'),
    true,
  ],
  [
    'is not shown by a container that has been up for a while',
    podWith({ ...crash, isReady: true, state: running(60) }),
    asked('CrashLoopBackOff'),
    false,
  ],
  [
    'is not shown by one crash',
    podWith({ ...crash, restarts: 1, state: running(5) }),
    asked('CrashLoopBackOff'),
    false,
  ],
  [
    'is not shown by an end with exit code 0',
    podWith({ restarts: 4, state: running(5), lastTermination: ended('Completed', 0, 6) }),
    asked('CrashLoopBackOff'),
    false,
  ],
  [
    'is not shown when the last crash is old',
    podWith({ restarts: 4, state: running(5_000), lastTermination: ended('Error', 1, 5_001) }),
    asked('CrashLoopBackOff'),
    false,
  ],
  [
    'is not shown when the last crash is older than asked for',
    podWith({ ...crash, state: waiting('CrashLoopBackOff') }),
    asked('CrashLoopBackOff', { within: 10_000 }),
    false,
  ],
];

const others: Row[] = [
  [
    'ImagePullBackOff is shown by the back-off',
    podWith({ state: waiting('ImagePullBackOff') }),
    asked('ImagePullBackOff'),
    true,
  ],
  [
    'ImagePullBackOff is shown by the attempt between',
    podWith({ state: waiting('ErrImagePull') }),
    asked('ImagePullBackOff'),
    true,
  ],
  [
    'ImagePullBackOff is not shown while the image is pulled',
    podWith({ state: waiting('ContainerCreating') }),
    asked('ImagePullBackOff'),
    false,
  ],
  [
    'CreateContainerConfigError is shown',
    podWith({ state: waiting('CreateContainerConfigError', 'configmap "app" not found') }),
    asked('CreateContainerConfigError'),
    true,
  ],
  [
    'CreateContainerConfigError is not shown by a running container',
    podWith({ state: running(5) }),
    asked('CreateContainerConfigError'),
    false,
  ],
  ['Error is shown by an exit code', podWith({ lastTermination: ended('Error', 3, 5) }), asked('Error'), true],
  ['Error is not shown by a memory kill', anOomKilledPod(), asked('Error'), false],
  ['Error is not shown by a clean end', podWith({ lastTermination: ended('Completed', 0, 5) }), asked('Error'), false],
  ['NotReady is shown by a running pod that is not ready', podWith({ state: running(60) }), asked('NotReady'), true],
  [
    'NotReady is not shown by a pod that still starts',
    podWith({ state: waiting('ContainerCreating') }, { phase: 'Pending' }),
    asked('NotReady'),
    false,
  ],
  ['NotReady is not shown by a ready pod', aPod(), asked('NotReady'), false],
];

describe('OOMKilled', () => {
  it.each(oomKilled)('%s', (_, pod, condition, shown) => {
    expect(faultShown(pod, condition, nowMs) !== undefined).toBe(shown);
  });
});

describe('CrashLoopBackOff', () => {
  it.each(crashLoop)('%s', (_, pod, condition, shown) => {
    expect(faultShown(pod, condition, nowMs) !== undefined).toBe(shown);
  });
});

describe('the other failure classes', () => {
  it.each(others)('%s', (_, pod, condition, shown) => {
    expect(faultShown(pod, condition, nowMs) !== undefined).toBe(shown);
  });
});

describe('the list of failure classes', () => {
  it('has exactly one for each reason that a policy can ask for', () => {
    expect(podFaults.map(({ name }) => name).sort()).toEqual([...podConditionReasons].sort());
  });

  it('says of each what helps or never does, and of no action both', () => {
    for (const { name, helps, never } of faultClasses) {
      expect([name, helps.length + never.length > 0]).toEqual([name, true]);
      expect(helps.filter((action) => never.includes(action))).toEqual([]);
    }
  });

  it('gives each an alert of its own', () => {
    expect(new Set(faultClasses.map(alertnameOf)).size).toBe(faultClasses.length);
    expect(alertnameOf({ about: 'pod', name: 'NotReady' })).toBe('MendflowPodNotReady');
    expect(alertnameOf({ about: 'node', name: 'NodeNotReady' })).toBe('MendflowNodeNotReady');
  });

  it('says in words what was seen', () => {
    expect(faultShown(anOomKilledPod(), asked('OOMKilled'), nowMs)).toBe('container app was OOMKilled, 3 restarts');
  });
});

describe('the words for a crash loop', () => {
  const shortRun = { ...ended('Error', 1, 20), startedAtMs: agoMs(22) };
  const said = (container: Partial<Container>) =>
    faultShown(podWith({ state: waiting('CrashLoopBackOff'), ...container }), asked('CrashLoopBackOff'), nowMs);

  it('carry the exit code', () => {
    expect(said({ restarts: 1, lastTermination: shortRun })).toBe(
      'container app is in CrashLoopBackOff (exit code 1), 1 restarts',
    );
  });

  it('say that it is the same at every start after many short runs with one exit code', () => {
    expect(said({ restarts: 4, lastTermination: shortRun })).toContain('(exit code 1, the same at every start)');
  });

  it.each<[string, Partial<Container>]>([
    ['its last run was long', { lastTermination: { ...shortRun, startedAtMs: agoMs(120) } }],
    ['nobody knows how long its last run was', { lastTermination: ended('Error', 1, 20) }],
    ['the run before ended otherwise', { state: { ...shortRun, exitCode: 2 }, lastTermination: shortRun }],
  ])('do not say so when %s', (_, container) => {
    expect(said({ restarts: 4, ...container })).not.toContain('every start');
  });
});
