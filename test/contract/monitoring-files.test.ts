import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from '@jest/globals';
import { resolveBinary } from '../../sandbox/binaries/index.ts';
import { silent } from '../../sandbox/progress.ts';
import { root } from '../architecture/source-files.ts';
import { describeWith } from '../support/with-servers.ts';

const compose = join(root, 'deploy', 'compose');
const monitoring = join(root, 'deploy', 'monitoring');

describeWith(['promtool'], 'Prometheus’ own tool', () => {
  let program: string;
  beforeAll(async () => {
    program = await resolveBinary('promtool', silent);
  });
  const promtool = (...args: string[]) => spawnSync(program, args, { encoding: 'utf8' });

  it('accepts the configuration of the compose stack', () => {
    const config = join(compose, 'prometheus.yml');
    expect(promtool('check', 'config', '--syntax-only', config)).toMatchObject({ status: 0 });
  });

  it.each([
    ['of the ready-made policies', 'remediation-rules'],
    ['for failures of Mendflow itself', 'mendflow-rules'],
  ])('accepts the rules %s, and their tests', (_what, name) => {
    expect(promtool('check', 'rules', join(monitoring, `${name}.yaml`))).toMatchObject({ status: 0 });
    expect(promtool('test', 'rules', join(monitoring, `${name}.test.yaml`))).toMatchObject({ status: 0 });
  });

  it('notices by those tests when an alert would name the exporter as well', () => {
    const read = (name: string) => readFileSync(join(monitoring, name), 'utf8');
    const broken = mkdtempSync(join(tmpdir(), 'mendflow-rules-'));
    const rules = read('remediation-rules.yaml').replaceAll('max by (node)', 'max by (node, instance)');
    writeFileSync(join(broken, 'remediation-rules.yaml'), rules);
    writeFileSync(join(broken, 'remediation-rules.test.yaml'), read('remediation-rules.test.yaml'));
    expect(promtool('test', 'rules', join(broken, 'remediation-rules.test.yaml')).status).not.toBe(0);
    rmSync(broken, { recursive: true });
  });
});

describeWith(['amtool'], 'Alertmanager’s own tool', () => {
  it('accepts the configuration of the compose stack', async () => {
    const amtool = await resolveBinary('amtool', silent);
    const checked = spawnSync(amtool, ['check-config', join(compose, 'alertmanager.yml')], { encoding: 'utf8' });
    expect(checked).toMatchObject({ status: 0 });
  });
});
