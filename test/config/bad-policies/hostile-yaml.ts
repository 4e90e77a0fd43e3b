import type { BadPolicy } from './bad-policy.ts';
import { good, lineOf, withLineBefore, withValue } from './good-policy.ts';

const modeLine = lineOf('spec.mode');
const end = good.split('\n').length;
type Row = [name: string, text: string, line: number | undefined, says: string, write: string];

/** Texts that are no plain YAML 1.2, or that would mean something else than they show. */
const unreadable: Row[] = [
  ['a tab as indentation', good.replace('  mode: Auto', '\tmode: Auto'), modeLine, 'a tab stands where', 'with spaces'],
  ['a NUL', withValue('spec.mode', 'Auto\0'), modeLine, 'the character U+0000', 'as UTF-8 text'],
  ['a NUL in quotes', withValue('spec.mode', '"Auto\0"'), modeLine, 'the character U+0000', 'as UTF-8 text'],
  ['a bell', withValue('spec.mode', 'Auto\u0007'), modeLine, 'the character U+0007', 'as UTF-8 text'],
  ['an escape sequence', withValue('spec.mode', '\u001b[31mAuto'), modeLine, 'U+001B', 'as UTF-8 text'],
  ['bytes of UTF-16', Buffer.from(`\ufeff${good}`, 'utf16le').toString(), 1, 'the character U+FFFD', 'as UTF-8 text'],
  ['bytes of Latin-1', Buffer.from(`# gr\u00fc\u00df\n${good}`, 'latin1').toString(), 1, 'U+FFFD', 'as UTF-8 text'],
  ['a local tag', withValue('spec.mode', '!secret Auto'), modeLine, 'a tag (!…) is not read', 'Leave it out'],
  ['a tag of a language', withValue('spec.mode', '!!js/function "x"'), modeLine, 'a tag (!…)', 'Leave it out'],
  [
    'a tag of Python',
    withValue('spec.mode', '!!python/object/apply:os.system [id]'),
    modeLine,
    'a tag (!…)',
    'Leave it out',
  ],
  ['bytes', withValue('spec.mode', '!!binary QXV0bw=='), modeLine, 'a tag (!…)', 'Leave it out'],
  ['a set', withValue('spec.healthy', '!!set { ? stableFor }'), lineOf('spec.healthy'), 'a tag (!…)', 'Leave it out'],
  [
    'an ordered map',
    withValue('spec.healthy', '!!omap { a: b }'),
    lineOf('spec.healthy'),
    'a tag (!…)',
    'Leave it out',
  ],
  ['YAML 1.1', `%YAML 1.1\n---\n${good}`, 1, 'asks for YAML 1.1; only 1.2 is read', 'Leave the directive'],
  ['YAML of the future', `%YAML 2.0\n---\n${good}`, 1, 'a directive (%…) is not read', 'Leave it out'],
  ['an unknown directive', `%FOO bar\n---\n${good}`, 1, 'a directive (%…) is not read', 'Leave it out'],
  ['a merge key', withLineBefore('spec.mode', '<<: { priority: 1 }'), modeLine, 'a merge key (<<) is not read', 'here'],
  [
    'an alias of nothing',
    withValue('spec.mode', '*nope'),
    modeLine,
    '*nope names no anchor before it',
    'the value itself',
  ],
  ['an alias of itself', withValue('spec.mode', '&a [*a]'), modeLine, '*a holds itself', 'the value itself'],
  [
    'thousands of aliases',
    `${good}x: &a 1\ny: [${'*a,'.repeat(500)}]\n`,
    end + 1,
    'one of more than 20 aliases',
    'the value itself',
  ],
  [
    'a bomb of aliases',
    'a: &a [1, 1]\nb: &b [*a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b]\nd: [*c, *c]\n',
    1,
    'its aliases unfold into too much',
    'the values themselves',
  ],
  ['a number as key', withLineBefore('spec.mode', '1: 2'), modeLine, 'a key must be a text', 'in quotes'],
  ['nothing as key', withLineBefore('spec.mode', '~: 2'), modeLine, 'a key must be a text', 'in quotes'],
  ['a list as key', withLineBefore('spec.mode', '? [a, b]\n  : 2'), modeLine, 'a key must be a text', 'in quotes'],
  [
    'a placeholder without quotes',
    withValue('spec.verify.5.promql.query', '{{pod}}'),
    lineOf('spec.verify.5.promql.query'),
    'a key must be a text',
    'the text with braces',
  ],
  [
    'a query without quotes',
    withValue('spec.verify.5', 'promql: { query: up{a="b"} }'),
    lineOf('spec.verify.5'),
    'put the text in quotes',
    'in quotes',
  ],
  ['a colon in a text', withValue('spec.mode', 'a: b'), modeLine, 'a second ": " stands on one line', 'in quotes'],
  ['a sign that YAML keeps', withValue('spec.mode', '@Auto'), modeLine, 'reserved character @', 'in quotes'],
  [
    'a bracket that is not closed',
    withValue('spec.scope.namespaces', '[shop'),
    lineOf('spec.scope.namespaces') + 1,
    'end with a ]',
    'close every bracket',
  ],
  [
    'a quote that is not closed',
    good.replace("in {{namespace}}'", 'in {{namespace}}'),
    end,
    'closing',
    'Close every quote',
  ],
  [
    'a line too far to the left',
    good.replace('  priority', ' priority'),
    modeLine + 1,
    'start at the same column',
    'alike',
  ],
  ['nesting without end', `x: ${'['.repeat(500)}${']'.repeat(500)}\n`, 1, 'is nested too deeply', 'flatter'],
  [
    'mappings without end',
    Array.from({ length: 90 }, (_, index) => `${' '.repeat(index)}a:`).join('\n'),
    32,
    'nested too deeply',
    'flatter',
  ],
  ['nesting beyond the stack', `${'['.repeat(20_000)}${']'.repeat(20_000)}`, 1, 'is nested too deeply', 'flatter'],
  ['more than 256 KiB', `${good}# ${'x'.repeat(262_144)}`, undefined, 'is larger than 256 KiB', 'Split it'],
];

const noPolicy: [name: string, text: string, line: number, field: string, says: string][] = [
  ['a list', '- a\n- b\n', 1, '', 'must be a mapping of apiVersion, kind, metadata, spec, is ["a","b"]'],
  ['a word', 'hello\n', 1, '', 'must be a mapping of apiVersion, kind, metadata, spec, is "hello"'],
  ['a Kubernetes list', 'apiVersion: v1\nkind: List\nitems: []\n', 2, 'kind', 'must be RemediationPolicy'],
  ['another resource', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n', 1, 'apiVersion', 'is "v1"'],
  ['a second document that is none', `${good}---\nkind: x\n`, end + 1, 'kind', 'must be RemediationPolicy'],
  ['thousands of documents that are none', '---\na: 1\n'.repeat(300), 2, 'a', 'is not a setting'],
  [
    'thousands of keys',
    Array.from({ length: 3_000 }, (_, index) => `k${index}: 1`).join('\n'),
    3,
    'k2',
    'is not a setting',
  ],
];

/** Keys that JavaScript gives a meaning of its own. */
const hidden = [
  ['kind', '__proto__'],
  ['spec.mode', 'spec.__proto__'],
  ['spec.scope.excludeLabels.example.com/team', 'spec.scope.excludeLabels.__proto__'],
  ['spec.guards.cooldown', 'spec.guards.__proto__'],
  ['spec.verify.0.podCondition.reason', 'spec.verify.0.podCondition.__proto__'],
] as const;

/** Everything that is wrong with a text before it is a policy. */
export const hostileYaml: BadPolicy[] = [
  ...unreadable.map(([name, text, line, says, write]): BadPolicy => {
    return { name, text, ...(line === undefined ? {} : { line }), field: '', says: [says], write };
  }),
  ...noPolicy.map(([name, text, line, field, says]): BadPolicy => {
    return {
      name,
      text,
      line,
      field,
      says: [says],
      write: field === '' || field.length > 2 ? 'Write ' : 'Leave it out',
    };
  }),
  ...hidden.map(([before, field]): BadPolicy => {
    const text = withLineBefore(before, '__proto__: { mode: Auto }');
    return {
      name: `hidden ${field}`,
      text,
      line: lineOf(before),
      field,
      says: ['is not a setting'],
      write: 'Leave it out',
    };
  }),
];
