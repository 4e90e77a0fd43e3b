import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { metricSpecs } from '../../telemetry/metrics.ts';
import { root } from '../architecture/source-files.ts';

const folder = join(root, 'deploy', 'compose');
const read = (name: string) => readFileSync(join(folder, name), 'utf8');

const monitoring = join(root, 'deploy', 'monitoring');
const readMonitoring = (name: string) => readFileSync(join(monitoring, name), 'utf8');

interface Rule {
  alert: string;
  annotations: { runbook: string; summary: string };
}

const ownRules = (parse(readMonitoring('mendflow-rules.yaml')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  ({ rules }) => rules,
);

describe('what watches Mendflow itself', () => {
  it.each(['mendflow-rules.yaml', 'mendflow-rules.test.yaml', 'mendflow-dashboard.json'])(
    'asks only for metrics that exist: %s',
    (file) => {
      const asked = [...readMonitoring(file).matchAll(/\bmendflow_\w+/g)].map(([name]) =>
        name.replace(/_(?:count|bucket)$/, ''),
      );
      const names: string[] = Object.values(metricSpecs).map(({ name }) => name);
      expect(asked.length).toBeGreaterThan(0);
      expect(asked.filter((name) => !names.includes(name))).toEqual([]);
    },
  );

  it('shows every metric on the dashboard, but the build', () => {
    const shown = readMonitoring('mendflow-dashboard.json');
    const missing = Object.values(metricSpecs).filter(({ name }) => !shown.includes(name));
    expect(missing.map(({ name }) => name)).toEqual(['mendflow_build_info']);
  });

  it('has a runbook for each alert that says what it means, where to look and what to do, and no other', () => {
    const [, ...chapters] = readFileSync(join(root, 'docs', 'runbooks.md'), 'utf8').split(/^## /m);
    expect(chapters.map((text) => text.split('\n')[0])).toEqual(ownRules.map(({ alert }) => alert));
    for (const text of chapters) expect(text).toMatch(/\*\*Means\*\* [\s\S]*\*\*Look\*\* [\s\S]*\*\*Do\*\* /);
    expect(ownRules.map(({ annotations }) => annotations.runbook)).toEqual(
      ownRules.map(({ alert }) => `docs/runbooks.md#${alert.toLowerCase()}`),
    );
  });

  it('tests of each alert when it fires, and when it does not', () => {
    const { tests } = parse(readMonitoring('mendflow-rules.test.yaml')) as {
      tests: { alert_rule_test?: { alertname: string; exp_alerts: object[] }[] }[];
    };
    const cases = tests.flatMap(({ alert_rule_test = [] }) => alert_rule_test);
    for (const { alert } of ownRules) {
      const fires = cases.filter(({ alertname }) => alertname === alert).map((one) => one.exp_alerts.length > 0);
      expect({ alert, fires: new Set(fires) }).toEqual({ alert, fires: new Set([false, true]) });
    }
  });

  it('asks only for labels that its metrics have', () => {
    const labelsOf = new Map<string, readonly string[]>(
      Object.values(metricSpecs).map(({ name, labels }) => [name, labels]),
    );
    const everywhere = ['job', 'instance', 'le'];
    for (const file of ['mendflow-rules.yaml', 'mendflow-dashboard.json']) {
      const text = readMonitoring(file).replaceAll('\\"', '"');
      for (const [, name = '', braces = ''] of text.matchAll(/\b(mendflow_\w+?)(?:_count|_bucket)?\{([^}]*)\}/g)) {
        const asked = [...braces.matchAll(/(\w+)\s*(?:=~|!=|!~|=)/g)].map(([, label]) => label);
        const known = [...(labelsOf.get(name) ?? []), ...everywhere];
        expect({ file, name, unknown: asked.filter((label) => !known.includes(label ?? '')) }).toMatchObject({
          unknown: [],
        });
      }
    }
  });

  it('is what the compose stack mounts', () => {
    const mounted = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
    expect(mounted).toContain('./deploy/monitoring/mendflow-rules.yaml:/etc/prometheus/mendflow-rules.yaml:ro');
    expect(parse(read('prometheus.yml'))).toMatchObject({ rule_files: ['mendflow-rules.yaml'] });
  });
});

describe('monitoring of the compose stack', () => {
  it('delivers to the intake with the token that the setup makes', () => {
    const { receivers } = parse(read('alertmanager.yml')) as {
      receivers: { webhook_configs?: { url: string; http_config: { authorization: unknown } }[] }[];
    };
    const webhook = receivers.flatMap((receiver) => receiver.webhook_configs ?? [])[0];
    expect(webhook?.url).toBe('http://api:8080/v1/alerts');
    expect(webhook?.http_config.authorization).toEqual({
      type: 'Bearer',
      credentials_file: '/run/mendflow/intake-token',
    });
  });
});

describe('the setup of the compose stack', () => {
  it('makes tokens once, long enough, and readable by those who need them', () => {
    const place = mkdtempSync(join(tmpdir(), 'mendflow-setup-'));
    for (const name of ['temporal', 'prometheus', 'alertmanager']) mkdirSync(join(place, name));
    const isRoot = process.getuid?.() === 0;
    const setUp = () => {
      const env = { ...process.env, SETUP_TOKENS: place, SETUP_DATA: place, SETUP_KEYS: place, NODE_OPTIONS: '' };
      const { status } = spawnSync(process.execPath, [join(folder, 'setup.mjs')], { env });
      if (isRoot) expect(status).toBe(0);
      return readFileSync(join(place, 'intake-token'), 'utf8');
    };
    const first = setUp();
    expect(first.trim().length).toBeGreaterThanOrEqual(32);
    if (isRoot) {
      expect(setUp()).toBe(first);
      expect(readFileSync(join(place, 'api-tokens'), 'utf8')).toMatch(/^local=[\w-]{32}\n$/);
      expect(statSync(join(place, 'intake-token')).mode & 0o777).toBe(0o444);
      expect(statSync(join(place, 'api-tokens')).mode & 0o777).toBe(0o400);
      expect(statSync(join(place, 'prometheus')).uid).toBe(65534);
    }
    rmSync(place, { recursive: true });
  });
});
