/** A policy that has every field, each on a line of its own, and no fault. */
export const good = `apiVersion: mendflow.dev/v1alpha1
kind: RemediationPolicy
metadata:
  name: crash-loop
spec:
  mode: Auto
  priority: 100
  match:
    alerts:
      - 'alertname="PodCrashLooping"'
  scope:
    namespaces:
      - shop
    excludeLabels:
      example.com/team: payments
  verify:
    - podCondition:
        reason: CrashLoopBackOff
        restartsAtLeast: 2
        within: 15m
    - restarts:
        atLeast: 3
        within: 30m
    - workloadCondition:
        type: Available
        status: "False"
        reason: MinimumReplicasUnavailable
    - unavailablePods:
        atLeast: 25%
    - nodeCondition:
        type: MemoryPressure
        status: "True"
        reason: KubeletHasInsufficientMemory
    - promql:
        query: 'up{job={{labels.job}},pod="{{pod}}"} == 0'
        for: 45s
  guards:
    cooldown: 10m
    attempts:
      perEpisode: 2
      max: 4
      per: 24h
    maxUnhealthy: 40%
    minReady: 1
    sameFailure: 2
    flapping:
      changes: 4
      within: 20m
    budgets:
      - scope: node
        max: 5
        per: 2h
    windows:
      - schedule: 0 9 * * 1-5
        duration: 8h
        timeZone: Europe/Berlin
    freezes:
      - schedule: 0 0 24 12 *
        duration: 72h
        timeZone: UTC
    duringRollout: false
    holdAtMost: 50m
  steps:
    - evictPod:
        gracePeriodSeconds: 30
      within: 5m
      approval: None
    - rolloutRestart: {}
      within: 12m
      approval: WhenRisky
  healthy:
    stableFor: 60s
  approval:
    expiresAfter: 16m
    twoPeople: false
  escalation:
    - notify:
        - chat
      acknowledgeWithin: 18m
      message: '{{alertname}} in {{namespace}}'
`;

/** Where a field of the text stands: its line from 1, the last line of all that is in it, and its indentation. */
export interface Block {
  line: number;
  lastLine: number;
  indent: number;
  /** What stands before the value: `cooldown:`, `- scope:`, `-`. */
  head: string;
}

const lines = good.trimEnd().split('\n');
const indentOf = (text: string) => text.length - text.trimStart().length;

/** The fields of the good policy by their paths, read from nothing but its indentation. */
export const blocks: ReadonlyMap<string, Block> = findBlocks();

function findBlocks() {
  const found = new Map<string, Block>();
  const stack: { indent: number; key: string }[] = [];
  const items = new Map<string, number>();
  for (const [index, text] of lines.entries()) {
    const [, spaces = '', dash = '', key] = /^( *)(- )?(?:([^\s'"]+):)?/.exec(text) ?? [];
    const enter = (indent: number, name: string) => {
      while ((stack.at(-1)?.indent ?? -1) >= indent) stack.pop();
      stack.push({ indent, key: name });
      const block = { line: index + 1, lastLine: lastLineOf(index, indent), indent, head: headOf(dash, key) };
      found.set(stack.map((part) => part.key).join('.'), block);
    };
    if (dash !== '') {
      while ((stack.at(-1)?.indent ?? -1) >= spaces.length) stack.pop();
      const list = stack.map((part) => part.key).join('.');
      const item = items.get(list) ?? 0;
      items.set(list, item + 1);
      enter(spaces.length, String(item));
    }
    if (key !== undefined) enter(spaces.length + dash.length, key);
  }
  return found;
}

function headOf(dash: string, key: string | undefined): string {
  return `${dash}${key === undefined ? '' : `${key}:`}`.trimEnd();
}

function lastLineOf(index: number, indent: number): number {
  const next = lines.findIndex((text, other) => other > index && indentOf(text) <= indent);
  return next === -1 ? lines.length : next;
}

const blockAt = (path: string): Block => {
  const block = blocks.get(path);
  if (block === undefined) throw new Error(`the good policy has no ${path}`);
  return block;
};

/** The line of a field, from 1. */
export const lineOf = (path: string): number => blockAt(path).line;

/** The good policy with another value of one field. */
export function withValue(path: string, value: string): string {
  const { line, lastLine, head } = blockAt(path);
  const isItem = head.startsWith('-') && /\.\d+$/.test(path);
  const text = `${' '.repeat(indentOf(lines[line - 1] ?? ''))}${isItem ? '-' : head} ${value}`.trimEnd();
  return [...lines.slice(0, line - 1), text, ...lines.slice(lastLine)].join('\n');
}

/** The good policy without one field, which must not be the first of an item. */
export function without(path: string): string {
  const { line, lastLine } = blockAt(path);
  return [...lines.slice(0, line - 1), ...lines.slice(lastLine)].join('\n');
}

/** The good policy with a line more, right before a field and beside it; the line is that of the field before. */
export function withLineBefore(path: string, text: string): string {
  const { line, indent, head } = blockAt(path);
  if (head.startsWith('- ')) throw new Error(`${path} begins an item; name another field of it`);
  return [...lines.slice(0, line - 1), `${' '.repeat(indent)}${text}`, ...lines.slice(line - 1)].join('\n');
}
