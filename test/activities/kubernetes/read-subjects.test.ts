import { describe, expect, it } from '@jest/globals';
import { readAutoscaler, readVertical } from '../../../activities/kubernetes/read-autoscaler.ts';
import { readJob } from '../../../activities/kubernetes/read-job.ts';
import { readNode } from '../../../activities/kubernetes/read-node.ts';
import { healthOf } from '../../../domain/target/health.ts';
import { workloadKey } from '../../../domain/target/target.ts';

const failed = { type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', message: 'too many retries' };
const complete = { type: 'Complete', status: 'True', reason: '', message: '' };

describe('a Job as the API server sends it', () => {
  const metadata = {
    name: 'nightly-1',
    namespace: 'shop',
    uid: 'j1',
    labels: { app: 'nightly' },
    ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'nightly', uid: 'c1', controller: true }],
  };

  it('is read with its owner, and what it wants and has', () => {
    const spec = { completions: 3, selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': 'j1' } } };
    expect(readJob({ metadata, spec, status: { succeeded: 2 } })).toMatchObject({
      ref: { kind: 'Job', namespace: 'shop', name: 'nightly-1', uid: 'j1' },
      owner: { kind: 'CronJob', name: 'nightly' },
      podSelector: 'batch.kubernetes.io/controller-uid=j1',
      desired: 3,
      isPaused: false,
      counts: { ready: 2 },
    });
  });

  it('keeps the key of the Job whose work it does again, if that is a name', () => {
    const of = (first: string) => {
      const { ref } = readJob({ metadata: { ...metadata, annotations: { 'mendflow.dev/copy-of': first } } });
      return workloadKey({ workload: ref });
    };
    expect([of('nightly'), of('no/name'), of('')]).toEqual([
      'shop/Job/nightly',
      'shop/Job/nightly-1',
      'shop/Job/nightly-1',
    ]);
  });

  it('has failed for good once it says so, and is healthy once it is complete', () => {
    const broken = readJob({ metadata, status: { conditions: [failed] } });
    expect(broken.progressFailure).toBe('too many retries');
    expect(healthOf(broken, [])).toEqual({ kind: 'failed', why: 'too many retries' });
    expect(healthOf(readJob({ metadata, status: { succeeded: 1, conditions: [complete] } }), [])).toEqual({
      kind: 'healthy',
    });
  });

  it('is on its way while it runs, whatever pods of it are there', () => {
    expect(healthOf(readJob({ metadata }), [])).toEqual({
      kind: 'progressing',
      why: '0 of 1 completions are reached',
    });
  });

  it('has failed in its own words where the server has none, and can be suspended', () => {
    const { message: _, ...wordless } = failed;
    expect(readJob({ status: { conditions: [wordless] } }).progressFailure).toBe('it has failed');
    expect(readJob({ spec: { suspend: true } }).isPaused).toBe(true);
    expect(readJob({ status: { conditions: [{ ...failed, status: 'False' }] } }).progressFailure).toBe(undefined);
  });
});

describe('a node as the API server sends it', () => {
  it('is read with its zone, its conditions and whether it is cordoned', () => {
    const metadata = { name: 'n1', uid: 'u1', labels: { 'topology.kubernetes.io/zone': 'a' }, annotations: { x: 'y' } };
    const conditions = [{ type: 'Ready', status: 'True' }];
    expect(readNode({ metadata, spec: { unschedulable: true }, status: { conditions } })).toEqual({
      name: 'n1',
      uid: 'u1',
      labels: metadata.labels,
      annotations: { x: 'y' },
      isCordoned: true,
      zone: 'a',
      isReady: true,
      conditions: [{ type: 'Ready', status: 'True', reason: '', message: '' }],
    });
  });

  it('is not ready while it says nothing', () => {
    expect(readNode({})).toMatchObject({ isReady: false, isCordoned: false, conditions: [] });
  });
});

describe('an autoscaler as the API server sends it', () => {
  it('is read with what it scales and between which numbers', () => {
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'checkout' };
    const raw = {
      metadata: { name: 'checkout', namespace: 'shop', uid: 'h1' },
      spec: { scaleTargetRef, minReplicas: 2, maxReplicas: 5 },
      status: { currentReplicas: 5, desiredReplicas: 5, conditions: [{ type: 'ScalingLimited', status: 'True' }] },
    };
    expect(readAutoscaler(raw)).toEqual({
      ref: { kind: 'HorizontalPodAutoscaler', namespace: 'shop', name: 'checkout', uid: 'h1' },
      labels: {},
      annotations: {},
      scales: scaleTargetRef,
      min: 2,
      max: 5,
      current: 5,
      desired: 5,
      conditions: [{ type: 'ScalingLimited', status: 'True', reason: '', message: '' }],
    });
    expect(readAutoscaler({})).toMatchObject({ min: 1, max: 0, scales: { kind: '' } });
  });

  it('is read with its controller, such as KEDA’s ScaledObject', () => {
    const owner = { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', name: 'checkout', uid: 's1' };
    const raw = { metadata: { name: 'keda-hpa-checkout', ownerReferences: [{ ...owner, controller: true }] } };
    expect(readAutoscaler(raw).owner).toEqual(owner);
  });

  it('sets sizes where it is a vertical one, unless it says that it only recommends', () => {
    const metadata = { name: 'v', namespace: 'shop', uid: 'v1' };
    expect(readVertical({ metadata }).mode).toBe('Recreate');
    expect(readVertical({ metadata, spec: { updatePolicy: { updateMode: 'Off' } } }).mode).toBe('Off');
  });
});
