import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parseMatchers } from '../../domain/policy/matcher.ts';
import { resolveBinary } from '../../sandbox/binaries/index.ts';
import { silent } from '../../sandbox/progress.ts';
import { describeWith } from '../support/with-servers.ts';

const matches = (text: string, labels: Record<string, string>) =>
  parseMatchers(text).every((matcher) => matcher.matches(labels));

/** What both read. */
const shared = [
  'severity="warning"',
  'severity=warning',
  ' severity = "warning" ',
  'severity!="warning"',
  'severity!=warning',
  'severity=""',
  'severity!=""',
  'severity=~"warning|critical"',
  'severity=~warning|critical',
  'severity=~"warn"',
  'severity=~"warn.*"',
  'severity!~"warn.*"',
  'severity=~".*"',
  'severity=~".+"',
  'severity!~".+"',
  'severity=~""',
  'severity=~"(?i)WARNING"',
  'severity=~"^warning$"',
  'severity=~"[[:alpha:]]+"',
  'pod=~"checkout-\\d+"',
  'pod=~"checkout-\\\\d+"',
  'pod=~"checkout-[0-9]{1,2}"',
  'pod=~"checkout\\\\-1"',
  'pod="checkout-1",severity="warning"',
  '{pod="checkout-1", severity!="warning"}',
  '{ pod = "checkout-1" , severity =~ "w.*" , }',
  'pod="checkout-1",',
  'text="a\\"b"',
  'text="a\\\\b"',
  'text="a\\nb"',
  'text="a\\b"',
  'text=~"a.b"',
  'text=~"(?s)a.b"',
  'text="a,b"',
  'text="{a}"',
  'absent=""',
  'absent!=""',
  'absent=~"x?"',
  'absent!~"x"',
];
const labelSets: Record<string, string>[] = [
  { severity: 'warning', pod: 'checkout-1' },
  { severity: 'critical', pod: 'checkout-12' },
  { severity: 'warn', pod: 'checkout-x', text: 'a"b' },
  { pod: 'checkout\\-1', text: 'a\\b' },
  { severity: 'WARNING', text: 'a\nb' },
  { severity: 'warnings', text: 'a,b' },
  { text: '{a}', pod: 'checkout-\\d' },
];
/** What Alertmanager refuses. */
const refused = [
  'severity',
  '="x"',
  'a="b"c',
  'severity="a',
  'a="b" or c="d"',
  'a="b",,c="d"',
  'pod=~"(a"',
  ',',
  'a~"b"',
];

describeWith(['amtool'], 'Alertmanager’s own tool', () => {
  let amtool: string;
  let folder: string;
  beforeAll(async () => {
    amtool = await resolveBinary('amtool', silent);
    folder = mkdtempSync(join(tmpdir(), 'matchers-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** One receiver a matcher, each asked for every alert. JSON is YAML. */
  const configFile = (name: string, matchers: readonly string[]) => {
    const routes = matchers.map((text, index) => ({ receiver: `r${index}`, matchers: [text], continue: true }));
    const receivers = [{ name: 'none' }, ...routes.map(({ receiver }) => ({ name: receiver }))];
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify({ route: { receiver: 'none', routes }, receivers }));
    return path;
  };
  const asArgument = ([label, value]: [string, string]) =>
    `${label}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;

  it.each(labelSets)('gives the same verdicts on %j', (labels) => {
    const config = configFile('shared.yml', shared);
    const args = ['config', 'routes', 'test', `--config.file=${config}`, ...Object.entries(labels).map(asArgument)];
    const { stdout } = spawnSync(amtool, args, { encoding: 'utf8' });
    const receivers = stdout.trim().split('\n').at(-1)?.split(',') ?? [];
    const theirs = shared.filter((_, index) => receivers.includes(`r${index}`));
    expect(shared.filter((text) => matches(text, labels))).toEqual(theirs);
  });

  it('refuses nothing that we take, and we take nothing that it refuses', () => {
    for (const [index, text] of refused.entries()) {
      const { status } = spawnSync(amtool, ['check-config', configFile(`refused-${index}.yml`, [text])]);
      expect([text, status]).toEqual([text, 1]);
      expect(() => parseMatchers(text)).toThrow(/is not a matcher|is no regular expression/);
    }
    expect(spawnSync(amtool, ['check-config', configFile('shared.yml', shared)]).status).toBe(0);
  });
});
