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

describe('monitoring of the compose stack', () => {
  it('asks in its rules only for metrics that exist', () => {
    const asked = [...read('rules.yml').matchAll(/\bmendflow_\w+/g)].map(([name]) => name);
    const names: string[] = Object.values(metricSpecs).map(({ name }) => name);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((name) => !names.includes(name))).toEqual([]);
  });

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
