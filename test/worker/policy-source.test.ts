import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { type Config, loadConfig } from '../../config/config.ts';
import { eventually } from '../../sandbox/process.ts';
import { createLogger } from '../../telemetry/log.ts';
import { createMetrics } from '../../telemetry/metrics.ts';
import { openPolicySource, type Policies } from '../../worker/policy-source.ts';
import { type HttpServer, startHttpServer } from '../activities/support/http-server.ts';
import { aPolicyDocument } from '../support/builders.ts';

const inCluster = {
  ...aPolicyDocument({}, 'in-the-cluster'),
  metadata: { name: 'in-the-cluster', uid: 'u', generation: 1, resourceVersion: '5' },
};

let folder: string;
let server: HttpServer;
let items: object[];
let warnings: string[];
let source: Policies | undefined;

/** Lists the items; a watch goes on for ever, a status is taken. */
function answer(response: ServerResponse): void {
  const { method = '', url = '' } = server.seen.at(-1) ?? {};
  if (url.includes('watch=true')) response.writeHead(200).flushHeaders();
  else response.end(JSON.stringify(method === 'PATCH' ? inCluster : { metadata: { resourceVersion: '7' }, items }));
}

beforeEach(async () => {
  [items, warnings] = [[], []];
  folder = mkdtempSync(join(tmpdir(), 'mendflow-source-'));
  server = await startHttpServer(answer);
  const kubeconfig = {
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'c' },
    clusters: [{ name: 'c', cluster: { server: server.url, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'u', user: { token: 't' } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
  };
  writeFileSync(join(folder, 'kubeconfig'), stringify(kubeconfig));
  writeFileSync(join(folder, 'one.yaml'), stringify(aPolicyDocument({}, 'in-a-file')));
});
afterEach(async () => {
  await source?.close();
  source = undefined;
  await server.stop();
  rmSync(folder, { recursive: true });
});

const configWith = (policies: Config['policies']): Config => {
  const config = loadConfig({ env: { KUBECONFIG: join(folder, 'kubeconfig') } });
  return { ...config, policies };
};

async function open(policies: Config['policies']): Promise<string[]> {
  const log = createLogger(
    { level: 'warn', name: 'test' },
    { write: (text: string) => warnings.push((JSON.parse(text) as { msg: string }).msg) },
  );
  const telemetry = { log, metrics: createMetrics({ withProcess: false }) };
  source = await openPolicySource(configWith(policies), telemetry, async () => undefined);
  return source.current().map(({ metadata }) => metadata.name);
}

describe('the source of policies', () => {
  it('is a folder, and says when there are policies in the cluster that it does not read', async () => {
    items = [inCluster];
    expect(await open({ source: 'files', folder })).toEqual(['in-a-file']);
    expect(warnings).toEqual(['the cluster has policies that are not read: policies.source is files']);
  });

  it('says which of its files are refused now, and why', async () => {
    await open({ source: 'files', folder });
    expect(source?.source()).toEqual({ source: folder, refused: [] });
    writeFileSync(join(folder, 'bad.yaml'), 'kind: Nothing');
    expect(await eventually(async () => (source?.source().refused.length ?? 0) > 0, 5_000)).toBe(true);
    expect(source?.source().refused.join()).toContain('bad.yaml:1 ');
    rmSync(join(folder, 'bad.yaml'));
    expect(await eventually(async () => source?.source().refused.length === 0, 5_000)).toBe(true);
  });

  it('says which policies of the cluster are refused now, and why', async () => {
    items = [{ ...inCluster, spec: { ...inCluster.spec, mode: 'Sometimes' } }];
    await open({ source: 'crd', folder: join(folder, 'missing') });
    expect(source?.source()).toEqual({
      source: 'remediationpolicies of the cluster',
      refused: [expect.stringMatching(/^RemediationPolicy in-the-cluster spec\.mode: /)],
    });
  });

  it('is a folder, whether or not the cluster can be asked', async () => {
    await server.stop();
    expect(await open({ source: 'files', folder })).toEqual(['in-a-file']);
    expect(warnings).toEqual([]);
  });

  it('is the cluster, and says when there are files that it does not read', async () => {
    items = [inCluster];
    expect(await open({ source: 'crd', folder })).toEqual(['in-the-cluster']);
    expect(warnings).toEqual(['the folder has policies that are not read: policies.source is crd']);
  });

  it('is the cluster, and needs no folder', async () => {
    items = [inCluster];
    expect(await open({ source: 'crd', folder: join(folder, 'missing') })).toEqual(['in-the-cluster']);
    expect(warnings).toEqual([]);
  });

  it('does not open on a folder with a fault', async () => {
    writeFileSync(join(folder, 'two.yaml'), 'kind: Nonsense');
    await expect(open({ source: 'files', folder })).rejects.toMatchObject({ code: 'INVALID_POLICY' });
  });

  it('is refused by the configuration when both places are named', () => {
    const env = { MENDFLOW_POLICY_SOURCE: 'crd', MENDFLOW_POLICIES: folder };
    expect(() => loadConfig({ env })).toThrow(/policies\.folder: policies\.source is crd/);
  });
});
