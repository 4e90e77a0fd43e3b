import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { durationShape, parseDuration } from '../../domain/duration.ts';

interface PolicyText {
  spec: { mode: string; scope: { namespaces: string[] }; guards: Record<string, unknown> };
}

/** Times that a policy has without saying so; they must pass as much faster as those that it names. */
const unsaid = { holdAtMost: '1h', flapping: { within: '30m' } };

/** Every duration in it, however deep, divided by `scale`. */
export function faster(value: unknown, scale: number): unknown {
  if (typeof value === 'string' && durationShape.test(value)) {
    return `${Math.round((parseDuration(value) ?? 0) / scale)}ms`;
  }
  if (Array.isArray(value)) return value.map((item) => faster(item, scale));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, faster(item, scale)]));
}

/** The text of a ready-made policy, in Auto, for that namespace, in a time that passes faster. */
export function inFastTime(text: string, namespace: string, scale: number): string {
  const policy = parse(text) as PolicyText;
  const { spec } = policy;
  const guards = { ...unsaid, ...spec.guards };
  const changed = { ...policy, spec: { ...spec, guards, mode: 'Auto', scope: { namespaces: [namespace] } } };
  return stringify(faster(changed, scale));
}

/** A new folder with the ready-made policy against crash loops. */
export function policyFolder(namespace: string, scale: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'mendflow-bench-'));
  const readyMade = join(import.meta.dirname, '..', '..', 'policies', 'crash-loop.yaml');
  writeFileSync(join(folder, 'crash-loop.yaml'), inFastTime(readFileSync(readyMade, 'utf8'), namespace, scale));
  return folder;
}
