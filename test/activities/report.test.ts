import { describe, expect, it } from '@jest/globals';
import type { ReportInput } from '../../activities/contract.ts';
import { eventBody } from '../../activities/kubernetes/event-body.ts';
import type { OurEvent } from '../../activities/kubernetes/port.ts';
import { report } from '../../activities/report.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { aTarget, nowMs } from './support/builders.ts';
import { aPolicy, depsOf } from './support/cluster-deps.ts';
import { TestCluster } from './support/test-cluster.ts';

const input: ReportInput = { target: aTarget(), event: 'RemediationFailed', note: 'still OOMKilled', workflowId: 'w' };

describe('report', () => {
  it('records one event on the pod and one on its workload', async () => {
    const cluster = new TestCluster();
    await report(depsOf(cluster), input);
    expect(cluster.recorded.map(({ regarding, reason, type }) => [regarding.kind, reason, type])).toEqual([
      ['Pod', 'RemediationFailed', 'Warning'],
      ['Deployment', 'RemediationFailed', 'Warning'],
    ]);
  });

  it('logs an event that cannot be recorded and goes on', async () => {
    const cluster = new TestCluster();
    cluster.before = () => {
      throw new MendflowError('PERMISSION_DENIED', 'no');
    };
    const warned: object[] = [];
    await report(depsOf(cluster, { logger: { warn: (fields) => warned.push(fields) } }), input);
    expect(warned).toHaveLength(2);
    expect(warned[0]).toMatchObject({ err: { code: 'PERMISSION_DENIED' }, namespace: 'shop', pod: 'checkout-1' });
  });
});

describe('report for somebody who can only write to Temporal', () => {
  const at = (namespace: string) => {
    const { workload } = aTarget();
    return { ...aTarget({ workload: { ...workload, namespace } }), namespace, pod: undefined as never };
  };
  const mixed = aTarget({ workload: { ...aTarget().workload, namespace: 'kube-system' } });

  it.each([
    ['in a system namespace', at('kube-system')],
    ['in our own', at('automation')],
    ['where no policy acts', at('cart')],
    ['on a node, where no policy names nodes', at('')],
    ['on an object of another namespace than is said', mixed],
  ])('writes nothing %s', async (_, target) => {
    const cluster = new TestCluster();
    const policies = () => [aPolicy({ scope: { namespaces: ['shop', 'automation', 'kube-system'] } })];
    await report(depsOf(cluster, { policies }), { ...input, target });
    expect(cluster.recorded).toEqual([]);
  });
});

describe('the body of an event', () => {
  const event: OurEvent = {
    regarding: aTarget().workload,
    reason: 'RemediationStarted',
    type: 'Normal',
    note: 'starts',
    key: 'w',
    atMs: nowMs,
  };
  const bodyOf = (changes: Partial<OurEvent> = {}) =>
    eventBody({ ...event, ...changes }) as { metadata: { name: string }; note: string; eventTime: string };

  it('holds no secret and no control character in its note', () => {
    expect(eventBody({ ...event, note: 'failed:\n\u001b[31mtoken=kirsche77\u202e' })).toMatchObject({
      note: 'failed: token=[redacted]',
    });
  });

  it('has the same name for the same key only, so that a repeat is refused by the API server', () => {
    expect(bodyOf().metadata.name).toBe(bodyOf({ atMs: 0 }).metadata.name);
    expect(bodyOf().metadata.name).not.toBe(bodyOf({ key: 'other' }).metadata.name);
  });

  it('keeps at most 1,024 bytes of the note, whole characters only', () => {
    const { note } = bodyOf({ note: 'ü'.repeat(2_000) });
    expect(Buffer.byteLength(note)).toBeLessThanOrEqual(1_024);
    expect(note).toMatch(/^ü+$/);
  });

  it('has its time in microseconds', () => {
    expect(bodyOf().eventTime).toBe('2026-03-01T10:00:00.000000Z');
  });
});
