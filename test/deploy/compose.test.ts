import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { configFields } from '../../config/fields.ts';
import { searchAttributes } from '../../domain/run/contract.ts';
import { retentionWantedMs } from '../../domain/run/retention.ts';
import { catalogue } from '../../sandbox/binaries/catalogue.ts';
import { root } from '../architecture/source-files.ts';

const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');

const strings = z.array(z.string());
const service = z.strictObject({
  image: z.string(),
  build: z.strictObject({ context: z.string(), dockerfile: z.string() }).optional(),
  restart: z.enum(['no', 'unless-stopped']),
  user: z.string().optional(),
  read_only: z.literal(true),
  cap_drop: z.tuple([z.literal('ALL')]),
  cap_add: strings.optional(),
  security_opt: z.tuple([z.literal('no-new-privileges:true')]),
  tmpfs: strings.optional(),
  network_mode: z.literal('none').optional(),
  entrypoint: strings.optional(),
  command: strings,
  depends_on: z
    .record(z.string(), z.strictObject({ condition: z.enum(['service_healthy', 'service_completed_successfully']) }))
    .optional(),
  environment: z.record(z.string(), z.string()).default({}),
  volumes: strings.default([]),
  ports: strings.default([]),
  extra_hosts: strings.optional(),
  stop_grace_period: z.string().optional(),
  healthcheck: z
    .strictObject({ test: strings, interval: z.string(), timeout: z.string(), retries: z.number() })
    .optional(),
});
const compose = z
  .looseObject({ name: z.string(), services: z.record(z.string(), service), volumes: z.record(z.string(), z.null()) })
  .parse(parse(text, { merge: true }));
const services = Object.entries(compose.services);
/** They do one thing before the others start, and need no health check. */
const endAtOnce = ['setup', 'retention'];
const staying = services.filter(([name]) => !endAtOnce.includes(name));

/** Host side and container side of a volume; a default inside `${…}` may hold a colon. */
const sides = (volume: string): string[] => volume.replaceAll(/\$\{[^}]*\}(\/[^:}]*\})?/g, '$HOST').split(':');

describe('docker-compose.yml', () => {
  it('keeps ended runs for as long as backtest looks back, in a namespace of our own', () => {
    const { temporal, retention, api, worker } = compose.services;
    const days = retentionWantedMs / 86_400_000;
    expect(temporal?.command).toContain('--namespace=mendflow');
    expect(retention?.command.join(' ')).toContain(`--namespace mendflow --retention ${days}d`);
    for (const part of [api, worker]) expect(part?.environment.TEMPORAL_NAMESPACE).toBe('mendflow');
  });

  it('runs every service without root, on a read-only root, with a health check', () => {
    for (const [name, { user, image, healthcheck }] of staying) {
      const isImageOfOurs = image.startsWith('mendflow:');
      expect([name, user ?? (isImageOfOurs ? 'of the image' : 'root')]).not.toEqual([name, 'root']);
      expect([name, user]).not.toEqual([name, '0:0']);
      expect([name, healthcheck]).not.toEqual([name, undefined]);
    }
  });

  it('opens ports on the loopback address only', () => {
    for (const port of services.flatMap(([, { ports }]) => ports)) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('takes the versions of the sandbox', () => {
    const versionOf = (name: string) => catalogue.find((server) => server.name === name)?.version;
    expect(compose.services.temporal?.image).toBe(`temporalio/temporal:${versionOf('temporal')}`);
    expect(compose.services.prometheus?.image).toBe(`prom/prometheus:v${versionOf('prometheus')}`);
    expect(compose.services.alertmanager?.image).toBe(`prom/alertmanager:v${versionOf('alertmanager')}`);
  });

  it('starts Temporal with the settings and search attributes of the sandbox', () => {
    const sandbox = readFileSync(join(root, 'sandbox', 'temporal.ts'), 'utf8');
    const tuned = [...sandbox.matchAll(/'(journal_mode|synchronous|history\.\w+)=(\w+)'/g)].map(
      (found) => `=${found[1]}=${found[2]}`,
    );
    expect(tuned).toHaveLength(5);
    const command = compose.services.temporal?.command.join(' ') ?? '';
    for (const setting of tuned) expect(command).toContain(setting);
    for (const name of searchAttributes) expect(command).toContain(`--search-attribute=${name}=Keyword`);
  });

  it('mounts only files and folders of the checkout that exist, and volumes that it declares', () => {
    for (const volume of services.flatMap(([, { volumes }]) => volumes)) {
      const host = sides(volume)[0] ?? '';
      if (host.startsWith('./')) expect([host, existsSync(join(root, host))]).toEqual([host, true]);
      else if (host !== '$HOST') expect(Object.keys(compose.volumes)).toContain(host);
    }
  });

  it('sets only variables that Mendflow or Node knows', () => {
    const known = configFields.flatMap(({ env = '', isSecret }) => (isSecret === true ? [env, `${env}_FILE`] : [env]));
    const set = services.flatMap(([, { environment }]) => Object.keys(environment));
    expect(set.filter((name) => !known.includes(name) && name !== 'NODE_OPTIONS')).toEqual([]);
  });

  it('needs no variable of the caller: each has a default, and the quick start names it', () => {
    const page = readFileSync(join(root, 'docs', 'quick-start-compose.md'), 'utf8');
    const variables = [...text.matchAll(/\$\{(\w+)(:-)?/g)];
    expect(variables.length).toBeGreaterThan(5);
    for (const [, name = '', fallback] of variables) {
      if (name === 'HOME') continue;
      expect([name, fallback]).toEqual([name, ':-']);
      expect(page).toContain(`\`${name}\``);
    }
  });

  it('waits only for services that can say so', () => {
    for (const [name, { depends_on = {} }] of services) {
      for (const [other, { condition }] of Object.entries(depends_on)) {
        const isHealthy = condition === 'service_healthy' && compose.services[other]?.healthcheck !== undefined;
        expect([
          name,
          other,
          isHealthy || (condition === 'service_completed_successfully' && endAtOnce.includes(other)),
        ]).toEqual([name, other, true]);
      }
    }
  });
});
