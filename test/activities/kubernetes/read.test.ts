import { describe, expect, it } from '@jest/globals';
import type { RawPod, RawWorkload } from '../../../activities/kubernetes/raw.ts';
import { readPod } from '../../../activities/kubernetes/read-pod.ts';
import { readWorkload, selectorText } from '../../../activities/kubernetes/read-workload.ts';

const crashing: RawPod = {
  metadata: {
    name: 'checkout-1',
    namespace: 'shop',
    uid: 'u1',
    labels: { app: 'checkout' },
    creationTimestamp: '2026-03-01T09:00:00Z',
    annotations: { 'kubernetes.io/config.mirror': 'x' },
    deletionTimestamp: '2026-03-01T10:00:00Z',
    ownerReferences: [
      { apiVersion: 'v1', kind: 'Other', name: 'o', uid: 'o1' },
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'checkout-7d9f', uid: 'r1', controller: true },
    ],
  },
  spec: { terminationGracePeriodSeconds: 600 },
  status: {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }],
    initContainerStatuses: [
      { name: 'setup', ready: true, state: { terminated: { exitCode: 0, reason: 'Completed' } } },
    ],
    containerStatuses: [
      {
        name: 'app',
        restartCount: 4,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { reason: 'OOMKilled', exitCode: 137, finishedAt: '2026-03-01T09:59:00Z' } },
      },
    ],
  },
};

describe('a pod as the API server sends it', () => {
  it('is read with its controller, its marks and its containers', () => {
    expect(readPod(crashing)).toEqual({
      ref: { kind: 'Pod', namespace: 'shop', name: 'checkout-1', uid: 'u1' },
      labels: { app: 'checkout' },
      owner: { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'checkout-7d9f', uid: 'r1' },
      isMirror: true,
      graceSeconds: 600,
      isTerminating: true,
      phase: 'Running',
      isReady: false,
      conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady', message: '' }],
      images: [],
      configs: [],
      claims: [],
      createdAtMs: Date.parse('2026-03-01T09:00:00Z'),
      containers: [
        {
          name: 'setup',
          isInit: true,
          isReady: true,
          restarts: 0,
          state: { kind: 'terminated', reason: 'Completed', exitCode: 0, finishedAtMs: 0 },
        },
        {
          name: 'app',
          isInit: false,
          isReady: false,
          restarts: 4,
          state: { kind: 'waiting', reason: 'CrashLoopBackOff', message: '' },
          lastTermination: {
            kind: 'terminated',
            reason: 'OOMKilled',
            exitCode: 137,
            finishedAtMs: Date.parse('2026-03-01T09:59:00Z'),
          },
        },
      ],
    });
  });

  it('says what its node has given a container, and whether a resize restarts it', () => {
    const resizePolicy = [
      { resourceName: 'cpu', restartPolicy: 'NotRequired' },
      { resourceName: 'memory', restartPolicy: 'RestartContainer' },
    ];
    const resources = { limits: { memory: '96Mi' }, requests: { memory: '64Mi' } };
    const containerStatuses = [
      { name: 'app', resources: { limits: { memory: '64Mi' } } },
      { name: 'other', restartCount: 1 },
    ];
    const { containers } = readPod({
      spec: { containers: [{ name: 'app', resources, resizePolicy }, { name: 'other' }] },
      status: { containerStatuses },
    });
    expect(containers).toEqual([
      {
        ...{ name: 'app', isInit: false, isReady: false, restarts: 0 },
        ...{ memoryLimit: '96Mi', memoryRequest: '64Mi', appliedMemoryLimit: '64Mi', restartsOnResize: true },
      },
      { name: 'other', isInit: false, isReady: false, restarts: 1 },
    ]);
  });

  it('is a bare pod of unknown state when it says nothing', () => {
    const pod = readPod({});
    expect(pod).toMatchObject({
      phase: 'Unknown',
      isReady: false,
      isMirror: false,
      isTerminating: false,
      containers: [],
    });
    expect(pod.owner).toBe(undefined);
  });
});

describe('a workload as the API server sends it', () => {
  const raw: RawWorkload = {
    metadata: { name: 'checkout', namespace: 'shop', uid: 'd1', generation: 3 },
    spec: {
      replicas: 3,
      paused: true,
      selector: { matchLabels: { app: 'checkout' } },
      strategy: { type: 'RollingUpdate' },
      template: { metadata: { annotations: { note: 'x' } } },
    },
    status: {
      observedGeneration: 2,
      replicas: 4,
      updatedReplicas: 2,
      readyReplicas: 3,
      availableReplicas: 3,
      conditions: [
        { type: 'Available', status: 'True' },
        { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'timed out' },
      ],
    },
  };

  it('is read as a Deployment', () => {
    expect(readWorkload('Deployment', raw)).toMatchObject({
      ref: { kind: 'Deployment', namespace: 'shop', name: 'checkout', uid: 'd1' },
      podSelector: 'app=checkout',
      desired: 3,
      isPaused: true,
      strategy: 'RollingUpdate',
      generation: 3,
      observedGeneration: 2,
      counts: { replicas: 4, updated: 2, ready: 3, available: 3 },
      progressFailure: 'timed out',
      templateAnnotations: { note: 'x' },
    });
  });

  it('is read as a DaemonSet, which counts nodes', () => {
    const status = { desiredNumberScheduled: 4, currentNumberScheduled: 3, updatedNumberScheduled: 2, numberReady: 1 };
    const spec = { updateStrategy: { type: 'OnDelete' } };
    expect(readWorkload('DaemonSet', { spec, status })).toMatchObject({
      desired: 4,
      strategy: 'OnDelete',
      counts: { replicas: 3, updated: 2, ready: 1, available: 0 },
    });
  });

  it('is read as a StatefulSet between two revisions', () => {
    const spec = { replicas: 3, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } };
    const status = { currentRevision: 'a', updateRevision: 'b' };
    expect(readWorkload('StatefulSet', { spec, status })).toMatchObject({ partition: 2, isRevisionCurrent: false });
  });

  it('has no rollout as a ReplicaSet', () => {
    expect(readWorkload('ReplicaSet', { spec: { replicas: 0 } })).toMatchObject({ strategy: 'None', desired: 0 });
  });

  it('has its selector in the query’s form', () => {
    const matchExpressions = [
      { key: 'tier', operator: 'In', values: ['a', 'b'] },
      { key: 'zone', operator: 'NotIn', values: ['c'] },
      { key: 'new', operator: 'Exists' },
      { key: 'old', operator: 'DoesNotExist' },
    ];
    const selector = { matchLabels: { app: 'checkout' }, matchExpressions };
    expect(selectorText(selector)).toBe('app=checkout,tier in (a,b),zone notin (c),new,!old');
  });
});
