import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseMatchers } from '../../domain/matcher.ts';

const matches = (text: string, labels: Record<string, string>) =>
  parseMatchers(text).every((matcher) => matcher.matches(labels));
const read = (text: string) => parseMatchers(text).map(({ label, operator, value }) => [label, operator, value]);

describe('a matcher', () => {
  it.each([
    ['severity="warning"', { severity: 'warning' }, true],
    ['severity="warning"', { severity: 'warnings' }, false],
    ['severity!="warning"', {}, true],
    ['severity=""', {}, true],
    ['severity=~"warning|critical"', { severity: 'critical' }, true],
    ['severity=~"warn"', { severity: 'warning' }, false],
    ['severity!~"warn.*"', { severity: 'warning' }, false],
    ['severity=~".*"', {}, true],
    ['pod=~"app-\\d+"', { pod: 'app-12' }, true],
    ['pod=~"(?i)APP"', { pod: 'app' }, true],
    ['text=~"a.b"', { text: 'a\nb' }, false],
    ['constructor=""', {}, true],
  ])('%s against %j is %s', (text, labels, expected) => {
    expect(matches(text, labels as Record<string, string>)).toBe(expected);
  });

  it.each([
    ['severity=warning', [['severity', '=', 'warning']]],
    [' severity = "warning" ', [['severity', '=', 'warning']]],
    ['job:up="x"', [['job:up', '=', 'x']]],
    ['path="a\\"b\\\\c\\nd"', [['path', '=', 'a"b\\c\nd']]],
    ['path=~"\\."', [['path', '=~', '\\.']]],
    ['text="{a,b}=~"', [['text', '=', '{a,b}=~']]],
    ['{severity="critical"}', [['severity', '=', 'critical']]],
    [
      ' { a = "b" , c != "d" , } ',
      [
        ['a', '=', 'b'],
        ['c', '!=', 'd'],
      ],
    ],
    [
      'a=b,c!~"d,e",',
      [
        ['a', '=', 'b'],
        ['c', '!~', 'd,e'],
      ],
    ],
    ['"service.name"="cart"', [['service.name', '=', 'cart']]],
    ['"größe"=~"\\\\d+"', [['größe', '=~', '\\d+']]],
    ['service.name=cart', [['service.name', '=', 'cart']]],
    [
      '{"a b"="c\\nd", e="f"}',
      [
        ['a b', '=', 'c\nd'],
        ['e', '=', 'f'],
      ],
    ],
  ])('%s is read', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it.each([
    ['', 'it is empty, which never means every alert'],
    ['{}', 'it is empty'],
    [' { } ', 'it is empty'],
    [',', 'a label must stand before the operator'],
    ['="x"', 'a label must stand before the operator'],
    ['severity', 'after severity comes =, !=, =~ or !~'],
    ['alertname MemoryLeak', 'after alertname comes =, !=, =~ or !~'],
    ['severity<"x"', 'after severity< comes =, !=, =~ or !~'],
    ['severity==x', 'the value must stand in double quotes: severity="…"'],
    ['severity=', 'the value must stand in double quotes: severity="…"'],
    ["severity='x'", 'the value must stand in double quotes'],
    ['severity=a b', 'the value must stand in double quotes'],
    ['severity="a', 'the value must stand in double quotes'],
    ['pod=~a|b}', 'the brace } is not opened'],
    ['{a="b"', 'the brace { is not closed'],
    ['a="b" or c="d"', 'after a="b" comes a comma or the end, not or c="d"'],
    ['a="b"c', 'comes a comma or the end, not c'],
    ['a="b",,c="d"', 'a label must stand before the operator'],
    ['""="b"', 'the name of the label is empty'],
    ['"a.b"=~"c\\d"', '\\d is no escape here; write \\\\d'],
  ])('%j is refused, and says what to write', (text, why) => {
    expect(() => parseMatchers(text)).toThrow('is not a matcher: ');
    expect(() => parseMatchers(text)).toThrow(why);
  });

  it.each(['pod=~"(a"', 'pod=~"a)|(b"', 'pod=~"a(?=b)"', 'pod=~"(a)\\\\1"', 'pod=~"*"'])(
    '%s is refused as no regular expression of RE2',
    (text) => {
      expect(() => parseMatchers(text)).toThrow('is no regular expression of RE2');
    },
  );

  it('takes linear time on an expression that would hang a backtracking engine', () => {
    expect(matches('pod=~"(a+)+b"', { pod: 'a'.repeat(5_000) })).toBe(false);
  });
});

/** What both read; Alertmanager 0.25 knows no label names in quotes. */
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

const hasAmtool = spawnSync('amtool', ['--version']).status === 0;

(hasAmtool ? describe : describe.skip)('Alertmanager’s own tool', () => {
  let folder: string;
  beforeAll(() => {
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
    const { stdout } = spawnSync('amtool', args, { encoding: 'utf8' });
    const receivers = stdout.trim().split('\n').at(-1)?.split(',') ?? [];
    const theirs = shared.filter((_, index) => receivers.includes(`r${index}`));
    expect(shared.filter((text) => matches(text, labels))).toEqual(theirs);
  });

  it('refuses nothing that we take, and we take nothing that it refuses', () => {
    for (const [index, text] of refused.entries()) {
      const { status } = spawnSync('amtool', ['check-config', configFile(`refused-${index}.yml`, [text])]);
      expect([text, status]).toEqual([text, 1]);
      expect(() => parseMatchers(text)).toThrow();
    }
    expect(spawnSync('amtool', ['check-config', configFile('shared.yml', shared)]).status).toBe(0);
  });
});
