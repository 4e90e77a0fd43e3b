import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { runPaceLimits } from '../../api/intake/run-pace.ts';
import { defaultLimits } from '../../api/limits.ts';
import { loadConfig } from '../../config/config.ts';
import { intakeLimits } from '../../domain/alert/intake.ts';

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8').replace(/\s+/g, ' ');
const mebibytes = (bytes: number) => `${bytes / 1_048_576} MiB`;
const { alertsASecond, alertsAtOnce } = defaultLimits.senderRate;
const windowSeconds = runPaceLimits.oneMoreMs / 1_000;
const { api } = loadConfig({ env: {} });
const idleSeconds = (defaultLimits.keepAliveTimeoutMs + 1_000) / 1_000;

describe('the limits that are documented', () => {
  it('are those of the configuration, which are those of the api', () => {
    expect([api.bodyLimit, api.bodyBudget, api.maxConnections, api.maxConnectionsPerPeer]).toEqual([
      defaultLimits.bodyLimitBytes,
      defaultLimits.bodyBudgetBytes,
      defaultLimits.maxConnections,
      defaultLimits.maxConnectionsPerPeer,
    ]);
  });

  const ofSecurity = [
    `One body (${mebibytes(api.bodyLimit)}), all bodies at once (${mebibytes(api.bodyBudget)})`,
    `one alert (${intakeLimits.alertBytes / 1_024} KiB)`,
    `alerts of one sender (${alertsASecond} a second, ${alertsAtOnce.toLocaleString('en')} at once)`,
    `what one run is told (${runPaceLimits.atOnce} alerts at once, then 2 in ${windowSeconds} s)`,
    `connections of one address (${api.maxConnectionsPerPeer}) and idle connections (${idleSeconds} s)`,
    `fill the ${api.maxConnections.toLocaleString('en')} connections that the api holds`,
  ];

  it.each(ofSecurity)('in SECURITY.md: %s', (claim) => {
    expect(read('SECURITY.md')).toContain(claim);
  });

  it('are all the numbers that SECURITY.md names', () => {
    const rest = ofSecurity.reduce((text, claim) => text.replace(claim, ''), read('SECURITY.md'));
    const withoutNames = rest.replace(/\]\([^)]*\)|`[^`]*`|\b(?:ADR \d+|RE2|IPv[46])\b/g, '');
    expect(withoutNames.match(/[^.]*\d[^.]*\./g) ?? []).toEqual([]);
  });

  it.each([
    `\`api.bodyLimit\`, ${mebibytes(api.bodyLimit)}`,
    `\`api.bodyBudget\`, ${mebibytes(api.bodyBudget)}, and values in proportion; ${defaultLimits.maxDeliveries} deliveries`,
    `one in ${defaultLimits.bodyLimitBytes / defaultLimits.maxBodyValues > 5.99 ? 6 : 0} bytes of the limit`,
    `${alertsASecond} a second in the long run, ${alertsAtOnce.toLocaleString('en')} at once`,
    `at most ${runPaceLimits.atOnce} such alerts at once, and then 2 in ${windowSeconds} s`,
    `has to wait for more than ${defaultLimits.deliveryDeadlineMs / 1_000} s`,
    `alerts of a body | ${intakeLimits.alerts.toLocaleString('en')}`,
    `${intakeLimits.alertBytes / 1_024} KiB as JSON`,
    `${intakeLimits.labels} of ${intakeLimits.labelName} + ${intakeLimits.labelValue.toLocaleString('en')} characters`,
    `${intakeLimits.annotations} of ${intakeLimits.annotationValue.toLocaleString('en')} characters`,
    `An idle connection is closed within ${idleSeconds} s, one that sends no whole request within ${defaultLimits.requestTimeoutMs / 1_000} s`,
    `\`api.probePort\` (${api.probePort})`,
  ])('in docs/webhook.md: %s', (claim) => {
    expect(read('docs/webhook.md')).toContain(claim);
  });
});
