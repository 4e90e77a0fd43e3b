import { describe, expect, it } from '@jest/globals';
import { recordOf } from '../../../domain/run/record.ts';
import { firstLook, recordedOf } from '../../../domain/run/recorded.ts';
import { shownOf } from '../../../domain/run/shown.ts';
import { anActionable, anAlert, aPlan } from '../../support/builders.ts';
import { aCrashingPod } from '../../support/pods.ts';
import { recovered } from '../../support/script.ts';

const span = {
  id: 'remediation/default/A/f',
  runId: 'r',
  startedAt: '2026-03-01T10:00:00Z',
  closedAt: '2026-03-01T10:01:00Z',
};

describe('what is kept of a first look', () => {
  it('is the target, the modes, the checks and the surroundings of a fault', () => {
    const shown = shownOf(aPlan().checks, { pod: aCrashingPod() });
    expect(firstLook(anActionable({ shown }))).toMatchObject({
      ...{ mode: 'Auto', allowedMode: 'Auto', shown, failure: 'CrashLoopBackOff app Error exit 1' },
      surroundings: { namespace: { total: 12, unhealthy: 1 } },
    });
  });

  it('has no surroundings where there was no fault', () => {
    const look = firstLook(recovered);
    expect(look).toMatchObject({ mode: 'Auto' });
    expect(look.surroundings).toBeUndefined();
  });

  it('names no labels, images or settings of the objects, and cuts what they say', () => {
    const conditions = [{ type: 'Ready', status: 'False', reason: 'X', message: 'm'.repeat(5_000) }];
    const { sight } = shownOf([], { pod: aCrashingPod({ conditions }) });
    expect(sight.pod).toMatchObject({ labels: {}, images: [], configs: [] });
    expect(JSON.stringify(sight).length).toBeLessThan(1_500);
  });
});

describe('the record of an ended run', () => {
  it('is its report without timeline and evidence', () => {
    const report = {
      ...{ outcome: 'denied', summary: 's', alertname: 'A', fingerprint: 'f', steps: [], segments: {}, joined: [] },
      ...{ reason: 'paused', timeline: [{ at: '', phase: 'Closed', what: 'closed' }] },
      evidence: { capturedAt: '', status: [], events: [], logs: { app: 'secret words' }, missing: [] },
      recorded: recordedOf(anAlert(), undefined),
    } as const;
    const record = recordOf(span, report as never);
    expect(record).toEqual({
      ...span,
      ...{ alertname: 'A', fingerprint: 'f', outcome: 'denied', steps: [], segments: {}, reason: 'paused' },
      recorded: { labels: anAlert().labels },
    });
  });

  it('says why a person was asked for help first, however the run ended', () => {
    const line = (phase: string, reason: string) => ({ at: '', phase, what: 'a person is asked', reason });
    const timeline = [
      line('AwaitingPermit', 'coolingDown'),
      line('Escalated', 'heldTooLong'),
      line('Escalated', 'paused'),
    ];
    const report = { outcome: 'recovered', reason: 'workloadHealthy', steps: [], segments: {}, timeline };
    expect(recordOf(span, report as never)).toMatchObject({ reason: 'workloadHealthy', escalatedFor: 'heldTooLong' });
  });
});
