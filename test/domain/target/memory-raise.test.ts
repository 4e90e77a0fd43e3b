import { describe, expect, it } from '@jest/globals';
import { containerToRaise, notInPlace, raisedMemory, resizedTo } from '../../../domain/target/memory-raise.ts';
import type { Container, Pod } from '../../../domain/target/pod.ts';
import { aContainer, agoMs, anOomKilledPod, aPod, nowMs } from '../../activities/support/builders.ts';

describe('a raised memory limit', () => {
  it.each([
    ['by half', { memoryLimit: '128Mi' }, { byPercent: 50, atMost: '1Gi' }, { limit: '192Mi' }],
    ['in whole mebibytes', { memoryLimit: '5Mi' }, { byPercent: 10, atMost: '1Gi' }, { limit: '6Mi' }],
    ['at the cap, as it is written', { memoryLimit: '900Mi' }, { byPercent: 50, atMost: '1Gi' }, { limit: '1Gi' }],
    ['never rounded above the cap', { memoryLimit: '1Mi' }, { byPercent: 50, atMost: '1500Ki' }, { limit: '1500Ki' }],
    [
      'with the request that equals it, however that is written',
      { memoryLimit: '1Gi', memoryRequest: '1024Mi' },
      { byPercent: 50, atMost: '4Gi' },
      { limit: '1536Mi', request: '1536Mi' },
    ],
    [
      'without a request that is lower',
      { memoryLimit: '1Gi', memoryRequest: '512Mi' },
      { byPercent: 100, atMost: '4Gi' },
      { limit: '2048Mi' },
    ],
  ])('is %s', (_, container, by, bounds) => {
    expect(raisedMemory(container, by)).toEqual({ kind: 'raised', to: bounds });
  });

  it.each([
    ['there is none', {}, 'has no memory limit'],
    ['it is at the cap', { memoryLimit: '1Gi' }, 'has the memory limit 1Gi, and the policy allows 1024Mi at most'],
    ['it is above the cap', { memoryLimit: '2Gi' }, 'has the memory limit 2Gi, and the policy allows 1024Mi at most'],
    ['it cannot be read', { memoryLimit: '1e9' }, 'has the memory limit 1e9'],
  ])('is refused where %s', (_, container, why) => {
    expect(raisedMemory(container, { byPercent: 50, atMost: '1024Mi' })).toEqual({ kind: 'refused', why });
  });
});

describe('the container that is given more memory', () => {
  const template = [{ name: 'app', image: 'app:1', memoryLimit: '128Mi' }];
  const killed = (name: string, secondsAgo: number, changes: Partial<Container> = {}): Container => {
    const [container] = anOomKilledPod('checkout-1', 3, secondsAgo).containers;
    return { ...aContainer(), ...container, name, memoryLimit: '256Mi', ...changes };
  };
  const well = (name: string) => aContainer({ name, memoryLimit: '128Mi' });
  const chosen = (containers: Container[], given: { named?: string; labelled?: string } = {}) =>
    containerToRaise({ template, pod: aPod({ containers }), nowMs, ...given });

  it('is the one that was OOMKilled, though it was injected', () => {
    expect(chosen([well('app'), killed('istio-proxy', 20)])).toEqual({
      ...{ kind: 'raisable', container: { name: 'istio-proxy', memoryLimit: '256Mi', isInjected: true } },
    });
    expect(chosen([killed('app', 20), well('istio-proxy')])).toMatchObject({
      container: { name: 'app', isInjected: false },
    });
  });

  it('is the one that was OOMKilled last', () => {
    expect(chosen([killed('app', 200), killed('istio-proxy', 20)])).toMatchObject({
      container: { name: 'istio-proxy' },
    });
    expect(chosen([killed('app', 20), killed('istio-proxy', 200)])).toMatchObject({ container: { name: 'app' } });
  });

  it('is never another one than was OOMKilled', () => {
    expect(chosen([well('app'), killed('istio-proxy', 20)], { named: 'app' })).toEqual({
      kind: 'refused',
      why: 'container istio-proxy was OOMKilled, and the step raises app',
    });
    expect(chosen([well('app'), killed('migrate', 20, { isInit: true })])).toEqual({
      kind: 'refused',
      why: 'init container migrate was OOMKilled, whose limit is not raised',
    });
  });

  it('is the one that the policy names, or the alert, where none was killed lately', () => {
    const both = [well('app'), killed('istio-proxy', 3_600)];
    expect(chosen(both, { named: 'app' })).toMatchObject({ container: { name: 'app' } });
    expect(chosen(both, { labelled: 'istio-proxy' })).toMatchObject({ container: { name: 'istio-proxy' } });
    expect(chosen(both, { named: 'other' })).toEqual({ kind: 'refused', why: 'it has no container other' });
  });

  it('is the only one with a limit, and none of several', () => {
    expect(chosen([well('app')], { labelled: 'kube-state-metrics' })).toMatchObject({ container: { name: 'app' } });
    expect(chosen([well('app'), well('istio-proxy')])).toEqual({
      kind: 'refused',
      why: 'several containers have a memory limit, and the step names none of them',
    });
    expect(containerToRaise({ template: [], nowMs })).toEqual({
      kind: 'refused',
      why: 'no container has a memory limit',
    });
  });
});

describe('a limit that was raised in place', () => {
  const runsSinceMs = agoMs(3_600);
  const pod = (container: Partial<Container>, ...conditions: Pod['conditions']) =>
    aPod({ containers: [aContainer({ appliedMemoryLimit: '64Mi', ...container })], conditions });
  const resized = (now: Pod) => resizedTo(now, { container: 'app', limit: '96Mi', runsSinceMs });
  const condition = (type: string, reason = '', message = '') => ({ type, status: 'True', reason, message });

  it('is there when the node says so of a container that has run since before', () => {
    expect(resized(pod({ appliedMemoryLimit: '96Mi' }))).toEqual({ kind: 'done' });
    expect(resized(pod({ appliedMemoryLimit: '98304Ki' }))).toEqual({ kind: 'done' });
  });

  it('is waited for while the node has not given it', () => {
    expect(resized(pod({}))).toEqual({ kind: 'waiting', why: 'its node still gives it 64Mi' });
    expect(resized(pod({ appliedMemoryLimit: '96Mi' }, condition('PodResizeInProgress')))).toMatchObject({
      kind: 'waiting',
    });
    expect(resized(pod({}, condition('PodResizePending', 'Deferred', 'Node didn’t have enough memory')))).toEqual({
      ...{ kind: 'waiting', why: 'its node cannot give it now (Deferred: Node didn’t have enough memory)' },
    });
  });

  it('is refused where the node can never give it, or failed to', () => {
    expect(resized(pod({}, condition('PodResizePending', 'Infeasible', 'too much')))).toEqual({
      ...{ kind: 'refused', why: 'its node can never give it (Infeasible: too much)' },
    });
    expect(resized(pod({}, condition('PodResizeInProgress', 'Error', 'x')))).toMatchObject({ kind: 'refused' });
  });

  it('is no proof of a container that is down or was started again, whatever the node says', () => {
    const why = 'container app did not run on while its limit was raised';
    const waiting = { kind: 'waiting' as const, reason: 'CrashLoopBackOff', message: '' };
    for (const state of [waiting, { kind: 'running' as const, startedAtMs: agoMs(5) }]) {
      expect(resized(pod({ appliedMemoryLimit: '96Mi', state }))).toEqual({ kind: 'refused', why });
    }
  });

  it('is not tried for a container that does not run, or that a resize restarts', () => {
    expect(notInPlace(pod({}), 'app')).toBe(undefined);
    expect(notInPlace(anOomKilledPod(), 'app')).toBe('container app does not run, and only a running one is resized');
    expect(notInPlace(pod({ restartsOnResize: true }), 'app')).toBe('container app is restarted by a resize');
  });
});
