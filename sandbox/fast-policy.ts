import { parse, stringify } from 'yaml';
import type { z } from 'zod';
import { actions } from '../activities/actions/index.ts';
import { policySchema } from '../domain/policy/policy.ts';
import { durationShape, parseDuration } from '../domain/text/duration.ts';
import { SandboxError } from './sandbox-error.ts';

interface PolicyText {
  metadata: { name: string };
  spec: {
    scope?: { namespaces?: unknown; nodes?: unknown };
    steps?: object[];
    guards?: object;
    healthy?: object;
    approval?: object;
  };
}

/** How a ready-made policy is played. */
export interface Playing {
  /** Replaces what the file says of them. */
  scope: { namespaces: string[] } | { nodes: Record<string, string> };
  /** Every time is divided by it, as far as the schema lets it become shorter. */
  scale: number;
  /** Default: the policy's own. */
  name?: string;
  /** Who is told in the end; default: as the file says. */
  receiver?: string;
}

/** Every duration in it, however deep, divided by `scale`. */
export function faster(value: unknown, scale: number): unknown {
  if (typeof value === 'string' && durationShape.test(value)) {
    return `${Math.round((parseDuration(value) ?? 0) / scale)}ms`;
  }
  if (Array.isArray(value)) return value.map((item) => faster(item, scale));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, faster(item, scale)]));
}

/** The times that the policy has without saying so, said; they must pass as much faster as those that it names. */
function withUnsaid({ spec, ...policy }: PolicyText): PolicyText {
  const { guards, healthy, approval, steps = [] } = spec;
  const said = {
    guards: { cooldown: '5m', holdAtMost: '1h', flapping: { within: '30m' }, ...guards },
    healthy: { stableFor: '60s', ...healthy },
    approval: { expiresAfter: '15m', ...approval },
    steps: steps.map((step) => ({ within: '10m', ...step })),
  };
  return { ...policy, spec: { ...spec, ...said } };
}

interface Floor {
  path: PropertyKey[];
  least: string;
}

/** Where the schema asks for a longer time, and how long that is. */
function floorsOf(issues: readonly z.core.$ZodIssue[], above: readonly PropertyKey[] = []): Floor[] {
  return issues.flatMap((issue) => {
    const path = [...above, ...issue.path];
    if (issue.code === 'invalid_union') return issue.errors.flatMap((inner) => floorsOf(inner, path));
    const [, least] = /^must be at least (\d\S*)$/.exec(issue.message) ?? [];
    return least === undefined ? [] : [{ path, least }];
  });
}

function put(root: unknown, { path, least }: Floor): void {
  let parent = root as Record<PropertyKey, unknown>;
  for (const key of path.slice(0, -1)) parent = parent[key] as Record<PropertyKey, unknown>;
  const key = path.at(-1);
  if (key !== undefined) parent[key] = least;
}

/** The text of a ready-made policy, in Auto, for that scope, in a time that passes faster. Rejects one that is none. */
export function inFastTime(text: string, { scope, scale, name, receiver }: Playing): string {
  const policy = withUnsaid(parse(text) as PolicyText);
  const escalation = receiver === undefined ? {} : { escalation: [{ notify: [receiver] }] };
  const { scope: own = {} } = policy.spec;
  const spec = { ...policy.spec, ...escalation, mode: 'Auto', scope: { ...limitsOf(own), ...scope } };
  const metadata = { ...policy.metadata, ...(name !== undefined && { name }) };
  const fast = faster({ ...policy, metadata, spec }, scale);
  const schema = policySchema(actions);
  for (const floor of floorsOf(schema.safeParse(fast).error?.issues ?? [])) put(fast, floor);
  const { error } = schema.safeParse(fast);
  if (error) throw new SandboxError(`${policy.metadata.name} cannot be played: ${error.message}`);
  return stringify(fast);
}

/** What a scope says beside where it is. */
function limitsOf({ namespaces, nodes, ...limits }: { namespaces?: unknown; nodes?: unknown }): object {
  return limits;
}
