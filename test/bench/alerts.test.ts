import { describe, expect, it } from '@jest/globals';
import { firing, runIdOf, webhookOf } from '../../bench/alerts.ts';
import { alertsOf, webhookSchema } from '../../domain/alert/intake.ts';

const reading = { cluster: 'sandbox', receivedAt: '2026-01-01T00:00:10.000Z' };
const alert = firing({ alertname: 'PodCrashLooping', namespace: 'shop', pod: 'checkout-0' }, Date.UTC(2026, 0, 1));

describe('a webhook of the bench', () => {
  it('is one that the intake takes, alert by alert', () => {
    const { alerts, rejected } = alertsOf(webhookSchema.parse(JSON.parse(webhookOf({}, [alert]))), reading);
    expect(rejected).toEqual([]);
    const { fingerprint, labels } = alert;
    expect(alerts).toMatchObject([{ status: 'firing', fingerprint, labels, startsAt: '2026-01-01T00:00:00.000Z' }]);
  });

  it('carries ended alerts beside firing ones', () => {
    const ended = { ...alert, status: 'resolved' as const, endsAt: '2026-01-01T00:00:05.000Z' };
    const body = JSON.parse(webhookOf({}, [alert, ended])) as { status: string };
    expect(body.status).toBe('firing');
    expect(alertsOf(webhookSchema.parse(body), reading).alerts.map(({ status }) => status)).toEqual([
      'firing',
      'resolved',
    ]);
  });

  it('starts the run whose id is foretold', () => {
    expect(runIdOf(alert, 'sandbox')).toBe(`remediation/sandbox/PodCrashLooping/${alert.fingerprint}`);
  });
});
