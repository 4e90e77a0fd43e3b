import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { remediationWorkflowId } from '../../../domain/run/contract.ts';
import { alertNewsIn, humanMessageIn, isAnsweredBy, joinedIn } from '../../../domain/run/messages.ts';
import { anAlert } from '../../support/builders.ts';

const startsAt = '2026-03-01T10:00:00Z';
const alert = anAlert();
const workflowId = remediationWorkflowId(alert);

describe('an alert that joined a run', () => {
  const actedAtMs = Date.parse(alert.startsAt) + 60_000;
  const answered = (given: Parameters<typeof anAlert>[0] = {}) =>
    isAnsweredBy({ alert: anAlert(given) }, { labels: alert.labels, actedAtMs });

  it('is answered for where it is about the same pod, and began before the last act', () => {
    expect(answered()).toBe(true);
    expect(answered({ startsAt: new Date(actedAtMs + 1).toISOString() })).toBe(false);
    expect(answered({ labels: { ...alert.labels, pod: 'checkout-2' } })).toBe(false);
    expect(answered({ labels: { namespace: 'shop', deployment: 'checkout' } })).toBe(false);
    expect(isAnsweredBy({}, { labels: alert.labels, actedAtMs })).toBe(false);
  });

  it('is not answered for where only the pod of the exporter is the same', () => {
    const ofExporter = { namespace: 'monitoring', pod: 'kube-state-metrics-0', job: 'kube-state-metrics' };
    const labels = { ...ofExporter, exported_namespace: 'shop', exported_pod: 'checkout-1' };
    const run = { labels, actedAtMs };
    expect(isAnsweredBy({ alert: anAlert({ labels }) }, run)).toBe(true);
    expect(isAnsweredBy({ alert: anAlert({ labels: { ...labels, exported_pod: 'checkout-2' } }) }, run)).toBe(false);
    const without = { ...ofExporter, deployment: 'checkout' };
    expect(isAnsweredBy({ alert: anAlert({ labels: without }) }, { ...run, labels: without })).toBe(false);
    const { namespace = '', pod = '' } = alert.labels;
    const relabelled = { ...ofExporter, exported_namespace: namespace, exported_pod: pod };
    expect(isAnsweredBy({ alert: anAlert({ labels: relabelled }) }, { ...run, labels: alert.labels })).toBe(true);
  });

  it('says in bounded words why it needs a person, and whom it would have told', () => {
    const asks = { detail: 'x'.repeat(900), notify: ['chat', 7, 'y'.repeat(300), ...Array(20).fill('pager')] };
    const read = joinedIn({ workflowId, alert, asks })?.asks;
    expect(read?.detail).toHaveLength(500);
    expect(read?.notify).toEqual(['chat', ...Array(9).fill('pager')]);
    expect(joinedIn({ workflowId, alert, asks: { detail: 7 } })).not.toHaveProperty('asks');
  });
});

describe('what a run reads of a message', () => {
  it('is never more than is bounded, and never an error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.constant(undefined)), (value) => {
        for (const read of [alertNewsIn, humanMessageIn, joinedIn]) {
          expect(JSON.stringify(read(value) ?? null).length).toBeLessThan(50_000);
        }
      }),
    );
  });

  it('of an alert is two times; labels are not looked at', () => {
    expect(alertNewsIn({ ...alert, startsAt })).toEqual({ startsAt, receivedAt: alert.receivedAt });
    expect(alertNewsIn({ startsAt })).toEqual({ startsAt, receivedAt: startsAt });
  });

  it.each([undefined, null, 7, 'x', [], {}, { startsAt: 'noon' }, { startsAt: 1 }, { startsAt: '1'.repeat(100) }])(
    'of %j is no alert',
    (value) => expect(alertNewsIn(value)).toBeUndefined(),
  );

  it.each([
    undefined,
    {},
    { id: 'a' },
    { id: '', who: 'ada' },
    { id: 1, who: 'ada' },
    { id: 'a', who: {} },
    { id: 'x'.repeat(201), who: 'ada' },
    { id: 'a', who: 'x'.repeat(201) },
  ])('of %j is no person’s message', (value) => expect(humanMessageIn(value)).toBeUndefined());

  it('of a person is text, cut where it is long', () => {
    const message = { id: 'a', who: 'ada', at: startsAt, note: 'n'.repeat(5_000), digest: 7, extra: true };
    expect(humanMessageIn(message)).toEqual({ id: 'a', who: 'ada', at: startsAt, note: 'n'.repeat(4_000) });
  });

  it('of an alert that joins is the alert without its annotations', () => {
    const joined = joinedIn({ workflowId, alert: { ...alert, annotations: { runbook: 'x' } } });
    expect(joined).toMatchObject({
      workflowId,
      alertname: alert.alertname,
      alert: { annotations: {}, labels: alert.labels },
    });
  });

  it.each([
    ['another alert', { ...alert, fingerprint: 'other' }],
    ['labels that are no text', { ...alert, labels: { pod: 7 } }],
    ['labels that are too large', { ...alert, labels: { pod: 'x'.repeat(40_000) } }],
    ['no alert', null],
  ])('of a join with %s is its id only', (_what, other) => {
    expect(joinedIn({ workflowId, alert: other })).toEqual({ workflowId, alertname: 'an alert' });
  });

  it.each([null, { workflowId: 7 }, { workflowId: 'guard/default' }, { workflowId: `remediation/${'x'.repeat(300)}` }])(
    'of %j is no join',
    (value) => expect(joinedIn(value)).toBeUndefined(),
  );
});
