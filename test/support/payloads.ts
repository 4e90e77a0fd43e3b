import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { actions } from '../../activities/actions/index.ts';
import { readDelivery } from '../../api/intake/delivery-body.ts';
import type { Alert } from '../../domain/alert/alert.ts';
import { alertsOf } from '../../domain/alert/intake.ts';
import { policySchema } from '../../domain/policy/policy.ts';

const root = join(import.meta.dirname, '..', '..');
const payloads = join(root, 'test', 'payloads');

/** The alerts of which a webhook is recorded. */
export const recordedAlerts: readonly string[] = readdirSync(payloads)
  .flatMap((file) => /^(\w+)\.json$/.exec(file)?.[1] ?? [])
  .sort();

/** The alert of a recorded webhook, as the intake of that cluster reads it. Throws for a webhook that it would not take. */
export function recordedAlert(alertname: string, reading: { cluster: string; receivedAt: string }): Alert {
  const { alerts, rejected } = alertsOf(readDelivery(readFileSync(join(payloads, `${alertname}.json`))), reading);
  const [alert, ...others] = alerts;
  if (alert === undefined || others.length > 0 || rejected.length > 0)
    throw new Error(`${alertname} must be one alert`);
  return alert;
}

const isPolicy = (file: string) => /^[^.]+\.yaml$/.test(file);

/** Every ready-made policy, as it is shipped. */
export const readyMadePolicies = readdirSync(join(root, 'policies'))
  .filter(isPolicy)
  .map((file) => policySchema(actions).parse(parse(readFileSync(join(root, 'policies', file), 'utf8'))));
