import { beforeEach, describe, expect, it } from '@jest/globals';
import { captureEvidence } from '../../activities/capture-evidence.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import type { Pod } from '../../domain/target/pod.ts';
import { aContainer, agoMs, anOomKilledPod, aTarget } from './support/builders.ts';
import { depsOf } from './support/cluster-deps.ts';
import { TestCluster } from './support/test-cluster.ts';

let cluster: TestCluster;
beforeEach(() => {
  cluster = new TestCluster();
  cluster.put(anOomKilledPod());
  cluster.containerLogs = { app: 'connecting with password=hunter22\nout of memory' };
  cluster.events = [{ atMs: agoMs(10), reason: 'BackOff', note: 'Back-off restarting', count: 4 }];
});
const capture = (pod: Pod = anOomKilledPod()) => captureEvidence(depsOf(cluster), { target: aTarget(), pod });

describe('captureEvidence', () => {
  it('keeps status, events and the redacted log', async () => {
    expect(await capture()).toEqual({
      capturedAt: '2026-03-01T10:00:00.000Z',
      status: expect.arrayContaining(['pod checkout-1 is Running, not Ready']),
      events: [
        '2026-03-01T09:59:50.000Z BackOff: Back-off restarting (4 times)',
        '2026-03-01T09:59:50.000Z BackOff: Back-off restarting (4 times)',
      ],
      logs: { app: 'connecting with password=[redacted]\nout of memory' },
      missing: [],
    });
  });

  const running = { kind: 'running' as const, startedAtMs: agoMs(10) };
  const again = (state: Pod['containers'][number]['state'] = running) => {
    const [container] = anOomKilledPod().containers;
    return { ...anOomKilledPod(), containers: [{ ...aContainer(), ...container, state }] };
  };

  it('takes what a container that runs again said before its restart', async () => {
    cluster.containerLogs = { app: 'starting' };
    cluster.previousLogs = { app: 'out of memory' };
    expect(await capture(again())).toMatchObject({ logs: { app: 'out of memory' }, missing: [] });
  });

  it.each([
    ['has dropped the run before the restart', undefined],
    ['has an empty log of the run before the restart', ''],
  ])('takes the present log where the node %s', async (_, before) => {
    cluster.containerLogs = { app: 'cannot reach the database' };
    cluster.previousLogs = { app: before };
    expect(await capture(again())).toMatchObject({ logs: { app: 'cannot reach the database' }, missing: [] });
  });

  it('takes the newest words of a container that has ended and was not started again yet', async () => {
    cluster.containerLogs = { app: 'the newest crash' };
    cluster.previousLogs = { app: 'the crash before' };
    const ended = { kind: 'terminated', reason: 'Error', exitCode: 1, finishedAtMs: agoMs(1) } as const;
    expect(await capture(again(ended))).toMatchObject({ logs: { app: 'the newest crash' } });
  });

  it('says that the node has no log where it has none of any run', async () => {
    cluster.podLog = async () => undefined;
    expect(await capture(again())).toMatchObject({ logs: {}, missing: ['log of container app: the node has none'] });
  });

  it('keeps no control characters, colours or secrets of a log, an event or a status', async () => {
    cluster.containerLogs = { app: '\u001b[31mpass\u001b[0mword=kirsche77\u202e\u0000\nout of memory\ud800' };
    cluster.events = [{ atMs: agoMs(10), reason: 'Bad\nReason', note: 'pull with token=kirsche77\nfailed', count: 1 }];
    const evidence = await capture();
    expect(evidence.logs).toEqual({ app: 'password=[redacted]\nout of memory\ufffd' });
    expect(evidence.events[0]).toBe('2026-03-01T09:59:50.000Z Bad Reason: pull with token=[redacted] failed');
  });

  it('drops the half line with which a log begins that was cut to size', async () => {
    const line = 'a line that says nothing much\n';
    cluster.containerLogs = { app: `kirsche77 was the end of a secret\n${line.repeat(1_000)}`.slice(0, 16_384) };
    const { logs } = await capture();
    expect(logs.app).toMatch(/^a line/);
  });

  it.each([
    ['with', `${'x'.repeat(16_383)}\n`],
    ['without', 'x'.repeat(16_384)],
  ])('says so where all that was read is the end of one line %s its line break', async (_what, app) => {
    cluster.containerLogs = { app };
    expect((await capture()).logs.app).toBe('[the last line is longer than 16384 bytes and is left out]');
  });

  it('reads a log of one line with nothing but key words in a moment', async () => {
    cluster.containerLogs = { app: 'token-'.repeat(2_731).slice(0, 16_384) };
    const { logs } = await capture();
    expect(logs.app?.length).toBeLessThanOrEqual(4_096);
  });

  it('names what cannot be read and keeps the rest', async () => {
    cluster.containerLogs = {};
    cluster.before = (call) => {
      if (call.startsWith('listEvents')) throw new MendflowError('PERMISSION_DENIED', 'no');
    };
    const evidence = await capture();
    expect(evidence.missing).toEqual([
      'events of Pod checkout-1: PERMISSION_DENIED',
      'events of Deployment checkout: PERMISSION_DENIED',
      'log of container app: CLUSTER_UNAVAILABLE',
    ]);
    expect(evidence.status).not.toEqual([]);
  });

  it('never fails, not even when nothing answers', async () => {
    cluster.before = () => {
      throw new Error('a bug');
    };
    const evidence = await capture();
    expect(evidence).toMatchObject({ events: [], logs: {} });
    expect(evidence.missing).toContain('log of container app: Error: a bug');
  });
});
