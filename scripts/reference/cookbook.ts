import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { FaultClass } from '../../domain/faults/fault-class.ts';
import { alertnameOf, faultClasses } from '../../domain/faults/index.ts';
import { root } from '../step.ts';
import { code, page } from './markdown.ts';

const intro = `For each fault: what is wrong, what helps, what never helps, and the ready-made policy. Each policy is in mode Observe; its
comments say what to fill in. Its tests are in the file beside it; \`mendflow test policies/\` runs them
([policy-tests.md](policy-tests.md)). The alerts come from the rules of [deploy/monitoring](../deploy/monitoring), from the
[watcher](watcher.md), or from rules of your own that name one object
([how labels are read](safety.md)).

Start with one policy: copy it and name your namespace. After a week, see what it would have done (\`mendflow report\`). Then let
it ask (\`mode: Approve\`), and later act (\`mode: Auto\`).`;

/** Each ready-made policy and its failure class, in the order of the page. */
const recipes: readonly (readonly [policy: string, fault: string])[] = [
  ['memory-leak', 'MemoryLeak'],
  ['oom-killed', 'OOMKilled'],
  ['crash-loop', 'CrashLoopBackOff'],
  ['readiness', 'NotReady'],
  ['liveness', 'LivenessFailed'],
  ['image-pull', 'ImagePullBackOff'],
  ['config-error', 'CreateContainerConfigError'],
  ['unschedulable', 'Unschedulable'],
  ['pod-pending', 'Pending'],
  ['stuck-rollout', 'RolloutStuck'],
  ['job-failed', 'JobFailed'],
  ['pvc-nearly-full', 'VolumeNearlyFull'],
  ['hpa-at-max', 'AutoscalerAtMax'],
  ['node-not-ready', 'NodeNotReady'],
  ['node-pressure', 'NodePressure'],
  ['node-disk-full', 'NodeDiskFull'],
];

interface Rule {
  alert: string;
  for: string;
  annotations: { runbook: string };
}
interface WrittenPolicy {
  spec: { steps: Record<string, unknown>[] };
}

const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** The comment that a policy begins with, as paragraphs; without the line by which editors find the schema. */
function reasoning(text: string): string {
  const [comment = ''] = /^(?:#.*\n)+/.exec(text) ?? [];
  return comment
    .replace(/^# yaml-language-server: .*\n/, '')
    .replaceAll(/^# ?/gm, '')
    .trim();
}

const listed = (names: readonly string[]) => names.map(code).join(', ');

/** `evictPod` (10m), then `rolloutRestart` (15m, a person approves). */
function ladder({ spec }: WrittenPolicy): string {
  if (spec.steps.length === 0) return 'no step: it verifies, and then tells people with the evidence';
  const words = spec.steps.map(({ within, approval, undo, ...action }) => {
    const more = [within, approval && 'a person approves', undo && `taken back: ${String(undo)}`].filter(Boolean);
    return `${code(Object.keys(action)[0] ?? '')} (${more.join(', ')})`;
  });
  return words.join(', then ');
}

function alertsOf(policy: string, fault: FaultClass, rules: readonly Rule[]): string {
  const own = rules.filter(({ annotations }) => annotations.runbook.endsWith(`#${policy}`));
  const watched = 'toleranceMs' in fault && fault.toleranceMs !== undefined;
  return [
    ...own.map((rule) => `${code(rule.alert)} (for ${rule.for})`),
    ...(watched ? [`the watcher’s ${code(alertnameOf(fault))}`] : []),
  ].join(', ');
}

function section(policy: string, name: string, rules: readonly Rule[]): string {
  const fault = faultClasses.find((known) => known.name === name);
  if (fault === undefined) throw new Error(`there is no failure class ${name}`);
  const file = `policies/${policy}.yaml`;
  const text = read(file);
  return [
    `## ${policy}`,
    `**Shows as** ${fault.showsAs}`,
    reasoning(text),
    [
      `- **Can help**, mildest first: ${listed(fault.helps) || 'people'}`,
      `- **Never helps**: ${listed(fault.never) || 'nothing known'}`,
      `- **Alert**: ${alertsOf(policy, fault, rules)}`,
      `- **Policy**: [${file}](../${file}): ${ladder(parse(text) as WrittenPolicy)}`,
    ].join('\n'),
  ].join('\n\n');
}

/** docs/policy-cookbook.md: one section for each ready-made policy. Throws for a policy without a section. */
export function cookbookPage(): string {
  const { groups } = parse(read('deploy/monitoring/remediation-rules.yaml')) as { groups: { rules: Rule[] }[] };
  const rules = groups.flatMap((group) => group.rules);
  const files = readdirSync(join(root, 'policies')).filter((file) => /^[^.]+\.yaml$/.test(file));
  const there = recipes.filter(([policy]) => files.includes(`${policy}.yaml`));
  if (there.length < files.length) throw new Error(`of ${files.join(', ')} some have no section; see recipes`);
  const source = 'domain/faults/, policies/ and deploy/monitoring/';
  return page('Policy cookbook', source, intro, ...there.map(([policy, fault]) => section(policy, fault, rules)));
}
