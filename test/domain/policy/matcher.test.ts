import { describe, expect, it } from '@jest/globals';
import { parseMatchers } from '../../../domain/policy/matcher.ts';

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
