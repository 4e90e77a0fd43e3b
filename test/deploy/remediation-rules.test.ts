import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { namedTarget } from '../../domain/target/named-target.ts';
import { root } from '../architecture/source-files.ts';

interface Rule {
  alert: string;
  expr: string;
  for: string;
  labels: { severity: string };
  annotations: { summary: string; runbook: string };
}
interface RuleTest {
  alert_rule_test: { alertname: string; exp_alerts: { exp_labels: Record<string, string> }[] }[];
}

const folder = join(root, 'deploy', 'monitoring');
const rulesText = readFileSync(join(folder, 'remediation-rules.yaml'), 'utf8');
const testsText = readFileSync(join(folder, 'remediation-rules.test.yaml'), 'utf8');
const rules = (parse(rulesText) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);
const expected = (parse(testsText) as { tests: RuleTest[] }).tests.flatMap((test) => test.alert_rule_test);

describe('the rules of the ready-made policies', () => {
  it.each(rules)(
    '$alert fires within minutes, and says how bad it is, what it is about and where to read on',
    (rule) => {
      expect(['1m', '2m', '3m', '5m']).toContain(rule.for);
      expect(['warning', 'critical']).toContain(rule.labels.severity);
      expect(rule.annotations.summary).toMatch(/\{\{ \$labels\.\w+ \}\}/);
      expect(rule.annotations.runbook).toMatch(/^docs\/policy-cookbook\.md#[a-z-]+$/);
    },
  );

  it.each(rules)('$alert has a test in which it fires, about exactly one object', ({ alert }) => {
    const alerts = expected.filter(({ alertname }) => alertname === alert).flatMap((each) => each.exp_alerts);
    expect(alerts.length).toBeGreaterThan(0);
    for (const { exp_labels } of alerts)
      expect(namedTarget({ alertname: alert, ...exp_labels })).toMatchObject({ kind: 'named' });
  });
});
