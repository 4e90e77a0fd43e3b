/** What the page says before its tables. */
export const intro = `A policy says which alerts are remediated where, and how far that may go. It is a YAML file in the policy folder, or
a custom resource in the cluster; both have the same fields. Durations are written \`90s\`, \`10m\`, \`1h30m\`. Editors
complete the file with \`# yaml-language-server: $schema=docs/reference/policy.schema.json\`.`;

/** A policy that uses most of what there is; it is read when the page is generated, so it is valid. */
export const example = `apiVersion: mendflow.dev/v1alpha1
kind: RemediationPolicy
metadata: { name: memory-leak }
spec:
  mode: Approve
  match:
    alerts: ['alertname="MemoryLeakDetected"', 'severity=~"warning|critical"']
  scope: { namespaces: [shop] }
  verify:
    - restarts: { atLeast: 2, within: 30m }
    - promql:
        query: 'sum(container_memory_working_set_bytes{pod="{{pod}}", container={{labels.container}}}) > 300e6'
        for: 30s
  guards: { cooldown: 10m, attempts: { max: 3, per: 24h } }
  steps:
    - evictPod: {}
      within: 5m
    - rolloutRestart: {}
      within: 10m
      approval: Required
  escalation:
    - notify: [oncall-chat]
      acknowledgeWithin: 15m
      message: '{{workload}} in {{namespace}} leaks again'
    - notify: [pager]
`;

/** How matchers are read, and where they are stricter than Alertmanager's. */
export const aboutMatchers = `Matchers are those of Alertmanager's routes: \`=\`, \`!=\`, \`=~\`, \`!~\`; a label that the alert lacks counts as empty;
regular expressions are RE2 and match the whole value. One item may hold several, with or without braces:
\`{severity="critical", team!="web"}\`. A label name of any letters stands in quotes: \`"service.name"="cart"\`. In quotes
\`\\"\`, \`\\\\\` and \`\\n\` are escapes, and any other backslash stands for itself (beside a label name in quotes it is
refused, because Alertmanager reads it differently there). Refused although Alertmanager would guess: a text without any
matcher, a value with spaces or signs of the syntax outside double quotes, a brace without its partner, and a regular
expression that is only valid once it stands in other brackets. The policy of highest priority drives the run; of two
with the same priority the first by name, and \`mendflow lint\` calls that an error.`;

/** How checks are judged, together and over time. */
export const aboutChecks = `Each item is one check, and all must hold: when the alert is verified, and once more, read anew, right before each act. A
check that cannot be judged counts as not holding, and the run says so (\`faultUnproven\`). After an act the workload is
healthy only when the checks do not hold any more on the object they were verified on.

Names and labels in a query: \`{{namespace}}\`, \`{{pod}}\` and \`{{workload}}\` come from the cluster and stand inside quotes
(in a regular expression their dots match only dots). \`{{labels.NAME}}\` comes from the alert, which anybody may have
written: it is replaced by a complete string literal, so it stands without quotes, after \`=\` in a selector, and nowhere
else. An alert that lacks the label, or has it empty or longer than 1,024 characters, is not remediated.

A query is read by the grammar of Prometheus 3 when the policy is read. What Prometheus would refuse is a fault with line
and column of the query: its syntax, unknown functions, arguments and ranges that do not fit, escapes, regular
expressions, a selector of everything. So is a query that can be no check: a range or a text never counts as a sample; a
number, or a comparison with \`bool\`, always does. Extensions of other servers, such as MetricsQL, are refused, and so are
two rare spellings: a number such as \`5.\`, and a metric named like a keyword, such as \`offset\`. Not checked:
whether the server has an experimental function or modifier enabled, and whether a range is longer than 0.

Restarts: the counter in a pod's status runs since the pod exists. It says how often a container restarted lately only
for a pod that is younger than the time asked for; of an older pod the status still tells when the last two runs began,
which proves two restarts at most. \`restarts\` holds for what is proven and for nothing else. Where older pods matter,
ask Prometheus: \`increase(kube_pod_container_status_restarts_total{namespace="{{namespace}}",pod="{{pod}}"}[10m]) >= 3\`.`;

/** What happens to a policy with a fault. */
export const aboutFaults = `## Policies with faults

A set of policies is taken whole or not at all. When a file has a fault, every fault is reported with file, line, field
and what to write instead, the last good set stays in force, and the metric \`mendflow_policies_stale\` is 1 until it is
corrected; nothing is done under the new set. YAML is read as plain data of version 1.2: tags, merge keys, other
versions, keys that stand twice or are no text, control characters, more than 20 aliases, nesting beyond 64 levels and
files beyond 256 KiB are faults. \`mendflow lint\` ([lint.md](lint.md)) finds them before the worker does.`;
