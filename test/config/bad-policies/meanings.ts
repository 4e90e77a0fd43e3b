import { actionNames } from '../../support/action-names.ts';
import type { BadPolicy } from './bad-policy.ts';
import { lineOf, withValue } from './good-policy.ts';

const yamlText = (text: string) => `'${text.replaceAll("'", "''")}'`;
const at = (field: string, value: string, says: string[], write: string): BadPolicy => {
  return { name: `${field}: ${value}`, text: withValue(field, value), line: lineOf(field), field, says, write };
};

const matchers: [text: string, says: string][] = [
  ['alertname PodCrashLooping', 'after alertname comes =, !=, =~ or !~'],
  ['PodCrashLooping', 'after PodCrashLooping comes =, !=, =~ or !~'],
  ['alertname==PodCrashLooping', 'the value must stand in double quotes: alertname="…"'],
  ['alertname=', 'the value must stand in double quotes: alertname="…"'],
  ["alertname='PodCrashLooping'", 'the value must stand in double quotes: alertname="…"'],
  ['alertname=Pod Crash', 'the value must stand in double quotes'],
  ['alertname="Pod', 'the value must stand in double quotes'],
  ['{alertname="Pod"', 'the brace { is not closed'],
  ['alertname="Pod"}', 'the brace } is not opened'],
  ['{}', 'it is empty, which never means every alert'],
  [' ', 'it is empty, which never means every alert'],
  ['a="b" and c="d"', 'after a="b" comes a comma or the end'],
  ['a="b",,c="d"', 'a label must stand before the operator'],
  ['""="x"', 'the name of the label is empty'],
  ['"a.b"=~"\\d"', '\\d is no escape here; write \\\\d'],
  ['pod=~"(a"', '"(a" is no regular expression of RE2'],
  ['pod=~"*"', 'is no regular expression of RE2'],
  ['pod=~"a(?!b)"', 'is no regular expression of RE2'],
  ['pod=~"(a)\\1"', 'is no regular expression of RE2'],
  ['pod=~"a{1001}"', 'is no regular expression of RE2'],
  ['pod=~"((x{0,999}){0,999}){0,999}"', 'is no regular expression of RE2'],
];

const queries: [query: string, says: string, write: string][] = [
  ['up{pod="{{podd}}"}', 'there is no {{podd}} here', 'Use {{namespace}}, {{workload}}, {{pod}}'],
  ['up{pod="{{ $labels.pod }}"}', 'there is no {{$labels.pod}} here', 'Write {{labels.pod}}'],
  ['up{pod="{{ .Labels.pod }}"}', 'there is no {{.Labels.pod}} here', 'Write {{labels.pod}}'],
  ['up{pod="{{constructor}}"}', 'there is no {{constructor}} here', 'Use {{namespace}}'],
  ['up{pod="{{}}"}', 'there is no {{}} here', 'Use {{namespace}}'],
  ['up{pod={{pod}}}', '{{pod}} stands outside quotes', 'Put it in quotes, as in {pod="{{pod}}"}'],
  ['{{workload}}_errors > 1', '{{workload}} stands outside quotes', 'Put it in quotes'],
  ['up{job="{{labels.job}}"}', '{{labels.job}} stands in quotes, but brings its own', 'as in {job={{labels.job}}}'],
  ["up{job='{{labels.job}}'}", '{{labels.job}} stands in quotes, but brings its own', 'Take the quotes away'],
  ['up{job=~{{labels.job}}}', 'stands after =~: text of an alert could match everything', 'Match it with ='],
  ['up{job!={{labels.job}}}', 'stands after !=: text of an alert could match everything', 'Match it with ='],
  ['up > {{labels.limit}}', '{{labels.limit}} stands where no label is matched', 'Match it with ='],
  ['{{labels.query}}', '{{labels.query}} stands where no label is matched', 'Match it with ='],
  ['rate(m[{{labels.range}}]) > 1', '{{labels.range}} stands where no label is matched', 'Match it with ='],
  ['up # {{pod}}', '{{pod}} stands in a comment of the query', 'Leave it out there'],
  ['up{pod="x}', 'a quote " is not closed', 'Close every quote'],
  ['sum(up', 'the query ends too early (line 1, column 7)', 'Close every bracket'],
  ['sum(up))', '")" is not expected here (line 1, column 8)', 'Try the query on the page of Prometheus'],
  ['up{pod="x"]', '"]" is not expected here (line 1, column 11)', 'Try the query on the page of Prometheus'],
  ['rate(up) > 1', 'rate takes a range vector, not an instant vector', 'such as http_requests_total[5m]'],
  ['up == bool 0', 'a comparison with bool returns 0 or 1, and either counts as a sample', 'Leave out bool'],
];

const messages: [text: string, says: string][] = [
  ['{{alertnam}} is down', 'there is no {{alertnam}} here; known are {{alertname}}, {{namespace}}, {{workload}}'],
  ['{{labels.job}}', 'there is no {{labels.job}} here; known are'],
  ['{{ $labels.job }}', 'there is no {{$labels.job}} here; known are'],
  ['{{alertname', '{{ has no partner'],
  ['alertname}}', '}} has no partner'],
  ['{{#if x}}', 'there is no {{#if x}} here'],
];

const receivers: [name: string, says: string, write: string][] = [
  ['pager', 'receiver pager is not configured; known are chat, oncall', 'Add pager to receivers'],
  ['chatt', 'receiver chatt is not configured; known are chat, oncall; did you mean chat?', 'Write chat'],
  ['Chat', 'did you mean chat?', 'Write chat'],
];

const doubled: [list: string, value: string, item: number, says: string][] = [
  ['spec.scope.namespaces', '[shop, bank, shop]', 2, 'shop is there twice; leave one out'],
  ['spec.match.alerts', `['a="b"', 'a="b"']`, 1, 'a="b" is there twice; leave one out'],
  ['spec.escalation.0.notify', '[chat, oncall, chat]', 2, 'chat is there twice; leave one out'],
];

const labels: [key: string, says: string][] = [
  ['two words', 'is no label key of Kubernetes; write one such as example.com/team'],
  ['a/b/c', 'is no label key of Kubernetes'],
  ['Example.com/team', 'is no label key of Kubernetes'],
  ['-team', 'is no label key of Kubernetes'],
  ['team*', 'is no label key of Kubernetes'],
];

const steps: [key: string, says: string, write: string][] = [
  [
    'evictPdo',
    `a step names one action of ${actionNames}; evictPdo is not one; did you mean evictPod?`,
    'Write evictPod',
  ],
  ['deleteNamespace', 'deleteNamespace is not one', `Name one action of ${actionNames}`],
  ['constructor', 'constructor is not one', 'Name one action'],
];

/** Texts whose shape is right and that mean nothing. */
export const wrongMeanings: BadPolicy[] = [
  at('spec.verify.4.nodeCondition.type', 'memorypressure', ['nodes write it MemoryPressure'], 'Write MemoryPressure'),
  at('spec.verify.4.nodeCondition.type', 'ready', ['nodes write it Ready'], 'Write Ready'),
  ...matchers.map(([text, says]) => at('spec.match.alerts.0', yamlText(text), [says], 'Write a matcher such as')),
  ...queries.map(([text, says, write]) => at('spec.verify.5.promql.query', yamlText(text), [says], write)),
  ...messages.map(([text, says]) =>
    at('spec.escalation.0.message', yamlText(text), [says], '{{alertname}}, {{namespace}}'),
  ),
  ...receivers.map(([name, says, write]) => at('spec.escalation.0.notify.0', name, [says], write)),
  ...doubled.map(([list, value, item, says]) => ({
    ...at(list, value, [says], 'Leave one out'),
    field: `${list}.${item}`,
  })),
  ...labels.map(([key, says]): BadPolicy => {
    const list = 'spec.scope.excludeLabels';
    return { ...at(list, `{ ${yamlText(key)}: x }`, [says], 'Write one such as'), field: `${list}.${key}` };
  }),
  ...steps.map(([key, says, write]) => ({
    ...at('spec.steps.0', `${key}: {}`, [says], write),
    field: `spec.steps.0.${key}`,
  })),
];
