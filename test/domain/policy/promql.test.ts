import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Check } from '../../../domain/policy/policy.ts';
import { fillQuery, isAboutPod, queryFaults, stringLiteral } from '../../../domain/policy/promql.ts';
import { parseQuery } from '../../../domain/policy/promql-grammar.ts';
import { labelsAsked } from '../../../domain/policy/promql-placeholders.ts';
import { decoded, tokensOf } from '../../support/promql-lexer.ts';

const names = { namespace: 'shop', workload: 'checkout', pod: 'checkout-1' };
const fill = (query: string, labels: Record<string, string> = {}, known: Parameters<typeof fillQuery>[1] = names) =>
  fillQuery(query, known, labels);

describe('a query with names', () => {
  it('gets those that were read from the cluster', () => {
    const query = 'm{ns="{{namespace}}",w=\'{{ workload }}\',p=`{{pod}}`} > 1';
    expect(fill(query)).toEqual({ kind: 'filled', query: 'm{ns="shop",w=\'checkout\',p=`checkout-1`} > 1' });
  });

  it('keeps everything else as it is', () => {
    const query = 'sum by (pod) (rate(m{a="b\\"}"}[5m])) # {no}\n > 1';
    expect(fill(query)).toEqual({ kind: 'filled', query });
  });

  it('never lets the dot of a name match another sign', () => {
    expect(fill('m{pod=~"{{workload}}-.*",w="{{workload}}"}', {}, { namespace: 'shop', workload: 'a.b' })).toEqual({
      kind: 'filled',
      query: 'm{pod=~"a[.]b-.*",w="a.b"}',
    });
  });

  it.each([
    ['a pod where there is none', { namespace: 'shop', workload: 'checkout' }],
    ['a name that breaks out of its quotes', { ...names, pod: 'a"} or up #' }],
    ['a name with a line break', { ...names, pod: 'a\n' }],
  ])('is not asked for %s', (_, known) => {
    expect(() => fill('m{pod="{{pod}}"}', {}, known)).toThrow(expect.objectContaining({ code: 'NOT_APPLICABLE' }));
  });

  it('is not asked for a namespace that is no label', () => {
    const known = { ...names, namespace: 'a.b' };
    expect(() => fill('m{n="{{namespace}}"}', {}, known)).toThrow(expect.objectContaining({ code: 'NOT_APPLICABLE' }));
  });

  it('is about a pod when it names one', () => {
    expect(isAboutPod('m{pod="{{ pod }}"}')).toBe(true);
    expect(isAboutPod('m{namespace="{{namespace}}",pod={{labels.pod}}} by (pod)')).toBe(false);
  });
});

describe('a query with labels of the alert', () => {
  it('gets each as a string literal', () => {
    expect(
      fill('up{job={{labels.job}}, i = {{ labels.instance }}} == 0', { job: 'a"b\\', instance: '10.0.0.1:80' }),
    ).toEqual({
      kind: 'filled',
      query: 'up{job="a\\"b\\\\", i = "10.0.0.1:80"} == 0',
    });
    expect(fill('up{"service.name"={{labels.service.name}}}', { 'service.name': 'x' })).toEqual({
      kind: 'filled',
      query: 'up{"service.name"="x"}',
    });
  });

  it.each([
    ['is missing', {}],
    ['is empty', { job: '' }],
    ['is longer than 1,024 characters', { job: 'x'.repeat(1_025) }],
    ['is no text of Unicode', { job: '\ud800' }],
  ])('leaves the question open when a label %s', (_, labels) => {
    const open = { kind: 'unproven', why: expect.stringContaining('label job') };
    expect(fill('up{job={{labels.job}}} == 0', labels as Record<string, string>)).toEqual(open);
    expect(fill('up{job={{labels.constructor}}} == 0')).toEqual({
      kind: 'unproven',
      why: expect.stringContaining('label constructor'),
    });
  });

  it('takes a placeholder in a value for text', () => {
    expect(fill('up{job={{labels.job}},pod="{{pod}}"}', { job: '{{pod}}' })).toEqual({
      kind: 'filled',
      query: 'up{job="{{pod}}",pod="checkout-1"}',
    });
  });

  it('hands on only the labels that it names, and that can be used', () => {
    const checks: Check[] = [
      { podCondition: { reason: 'OOMKilled', restartsAtLeast: 0 } },
      { promql: { query: 'up{job={{labels.job}},zone={{labels.zone}},job={{labels.job}}}' } },
    ];
    const alert = { job: 'api', zone: '', pod: 'x' };
    expect(labelsAsked(checks, alert)).toEqual({ labels: { job: 'api' } });
    expect(labelsAsked(checks, {})).toEqual({});
  });
});

describe('a query that could be misread', () => {
  it.each([
    ['m{p="{{node}}"}', 'there is no {{node}} here', '{{namespace}}, {{workload}}, {{pod}}, or {{labels.NAME}}'],
    ['m{p="{{constructor}}"}', 'there is no {{constructor}} here', 'Use {{namespace}}'],
    [
      'm{p="{{ $labels.job }}"}',
      'there is no {{$labels.job}} here',
      'Write {{labels.job}}, after = and without quotes',
    ],
    ['m{p="{{ .CommonLabels.job }}"}', 'there is no {{.CommonLabels.job}} here', 'Write {{labels.job}}'],
    ['m{p="{{labels.}}"}', 'there is no {{labels.}} here', 'Use {{namespace}}'],
    ['m{p={{pod}}}', '{{pod}} stands outside quotes', 'Put it in quotes, as in {pod="{{pod}}"}'],
    ['{{namespace}}:errors', '{{namespace}} stands outside quotes', 'Put it in quotes'],
    ['m{j="{{labels.job}}"}', '{{labels.job}} stands in quotes, but brings its own', 'as in {job={{labels.job}}}'],
    ["m{j='{{labels.job}}'}", 'stands in quotes, but brings its own', 'Take the quotes away'],
    ['m{j=`{{labels.job}}`}', 'stands in quotes, but brings its own', 'Take the quotes away'],
    ['m{j="a-{{labels.job}}"}', 'stands in quotes, but brings its own', 'Take the quotes away'],
    ['m{j=~{{labels.job}}}', 'stands after =~: text of an alert could match everything there', 'Match it with ='],
    ['m{j!~{{labels.job}}}', 'stands after !~', 'Match it with ='],
    ['m{j!={{labels.job}}}', 'stands after !=', 'Match it with ='],
    ['m > {{labels.limit}}', 'stands where no label is matched', 'as in {limit={{labels.limit}}}'],
    ['m[{{labels.range}}]', 'stands where no label is matched', 'Match it with ='],
    ['label_replace(m, "a", {{labels.x}}, "b", "c")', 'stands where no label is matched', 'Match it with ='],
    ['{{labels.query}}', 'stands where no label is matched', 'Match it with ='],
    ['{ {{labels.name}} }', 'stands where no label is matched', 'Match it with ='],
    ['a == {{labels.x}}', 'stands where no label is matched', 'Match it with ='],
    ['m{j={{labels.service.name}},k=~{{labels.a-b}}}', 'stands after =~', 'as in {job={{labels.a-b}}}'],
    ['m > 1 # {{pod}}', '{{pod}} stands in a comment of the query', 'Leave it out'],
    ['m > 1 # {{labels.job}}', '{{labels.job}} stands in a comment of the query', 'Leave it out'],
    ['m{a="b}', 'a quote " is not closed', 'Close every quote'],
    ['m{a="b\n"}', 'a quote " is not closed', 'Close every quote'],
    ["m{a='b}", "a quote ' is not closed", 'Close every quote'],
    ['m{a="b"', 'the query ends too early (line 1, column 8)', 'Close every bracket'],
    ['sum(m', 'the query ends too early (line 1, column 6)', 'Close every bracket'],
    ['sum(m))', '")" is not expected here (line 1, column 7)', 'Try the query on the page of Prometheus'],
    ['m[5m)', '")" is not expected here (line 1, column 5)', 'Try the query on the page of Prometheus'],
    ['m{a={{labels.a"b}}} or n{b="{{labels.c}}"}', '{{labels.c}} stands in quotes', 'Take the quotes away'],
    ['m{a="\\{{pod}}"}', '\\x is no escape in a string of PromQL', 'Write'],
  ])('%s is a fault, and says what to write', (query, message, fix) => {
    const faults = queryFaults(query);
    expect(faults.map((fault) => fault.message).join('; ')).toContain(message);
    expect(faults.map((fault) => fault.fix).join('; ')).toContain(fix);
    expect(() => fill(query, { job: 'a' })).toThrow(expect.objectContaining({ code: 'INVALID_POLICY' }));
  });

  it.each([
    'up',
    'm{a="}{", b=\'"\', c=`\n\\`} > 1 # it’s (open',
    'sum by (pod) (rate(m{pod="{{pod}}"}[5m:1m] offset 5m)) / 2 >= 1e3',
    'm{j={{labels.job}}} unless on (pod) n{k = {{labels.k}} }',
  ])('%j has no fault', (query) => {
    expect(queryFaults(query)).toEqual([]);
  });
});

const hostile = [
  '"',
  '\\',
  '"} or up{a="',
  '\n',
  '\r',
  '\u0000',
  '`',
  "'",
  '#',
  '{{pod}}',
  '\u2028',
  '\u0085',
  '\\"',
  '\\\\"',
  '\u202e',
  '😀',
  '$1',
  '.*',
  '\\x22',
  '\\u0022',
  '\\042',
];
const value = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
  fc.array(fc.constantFrom(...hostile), { minLength: 1, maxLength: 8 }).map((parts) => parts.join('')),
);
const pieces = [
  ...[
    'a=',
    ',b=',
    ',c=~',
    '{{labels.a}}',
    '{{labels.a}}',
    '"{{pod}}"',
    '"{{labels.a}}"',
    '{{pod}}',
    '"x"',
    "'x'",
    '`x`',
  ],
  ...[
    '"',
    "'",
    '`',
    '\\',
    '#',
    '\n',
    '\r',
    '}',
    '{',
    '} or n{',
    '}[5m',
    ' ',
    '{{',
    '}}',
    '=',
    'on(a)',
    '\u00a0',
    '"\\"',
  ],
];
const templates = [
  'up{job={{labels.a}}} == 0',
  'sum by (pod) (rate(m{pod="{{pod}}",a={{labels.a}},b = {{labels.b}}}[5m])) > 1 # "',
  'm{x=\'"\',a={{labels.a}}} or label_replace(n{b={{labels.b}}}, "x", `"`, "", "")',
];

/** The query's structure by the grammar of Prometheus, without its texts. */
const shapeOf = (query: string) => parseQuery(query).toString();

describe('whatever an alert’s labels say', () => {
  it('the structure of the query stays, and the value is exactly the label’s', () => {
    fc.assert(
      fc.property(fc.constantFrom(...templates), value, value, (template, a, b) => {
        const filled = fill(template, { a, b });
        const harmless = fill(template, { a: 'a', b: 'b' });
        if (!(filled.kind === 'filled' && harmless.kind === 'filled'))
          throw new Error('a usable label leaves no question open');
        const expected = tokensOf(harmless.query).map((token) => {
          if (token.kind !== 'string') return token;
          return { ...token, value: token.value === 'a' ? a : token.value === 'b' ? b : token.value };
        });
        expect(JSON.stringify(tokensOf(filled.query))).toBe(JSON.stringify(expected));
        expect(shapeOf(filled.query)).toBe(shapeOf(harmless.query));
      }),
      { numRuns: 1_000 },
    );
  });

  it('a query of any pieces is refused, or keeps its structure when it is filled in', () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 12 }), value, (parts, text) => {
        const query = `m{${parts.join('')}}`;
        if (queryFaults(query).length > 0) return;
        taken += 1;
        const filled = fill(query, { a: text });
        const harmless = fill(query, { a: 'a' });
        if (!(filled.kind === 'filled' && harmless.kind === 'filled'))
          throw new Error('a usable label leaves no question open');
        expect(shapeOf(filled.query)).toBe(shapeOf(harmless.query));
        const meant = (found: string) => tokensOf(found).map((token) => (token.kind === 'string' ? '""' : token));
        expect(meant(filled.query)).toEqual(meant(harmless.query));
      }),
      { numRuns: 20_000 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  it('a literal shows its value and hides nothing', () => {
    fc.assert(
      fc.property(value, (text) => {
        const literal = stringLiteral(text);
        expect(decoded(literal)).toBe(text);
        expect(literal).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
      { numRuns: 1_000 },
    );
  });
});
