import { z } from 'zod';
import { actions } from '../../activities/actions/index.ts';
import { configFields } from '../../config/fields.ts';
import { rules } from '../../domain/guard/rules/index.ts';
import type { Rule } from '../../domain/guard/rules/rule.ts';
import { policySchema } from '../../domain/policy/policy.ts';
import { reasons } from '../../domain/run/reasons.ts';
import { code, page, table } from './markdown.ts';

type Row = readonly string[];

interface Described {
  description?: string | undefined;
  default?: unknown;
  properties?: Record<string, Described> | undefined;
}

const spec = () => {
  const schema = z.toJSONSchema(policySchema(actions), { io: 'input', unrepresentable: 'any' }) as Described;
  return schema.properties?.spec;
};

const written = (value: unknown): string => {
  const isNothing = value === undefined || (Array.isArray(value) && value.length === 0);
  return isNothing ? '' : code(typeof value === 'string' ? value : JSON.stringify(value));
};

/** A field of the policy, or the fields within it. */
function policyRows(path: string): Row[] {
  const field = path.split('.').reduce((parent, name) => parent?.properties?.[name], spec());
  if (field === undefined) return [];
  const within = Object.keys(field.properties ?? {});
  if (within.length > 0) return within.flatMap((name) => policyRows(`${path}.${name}`));
  return [[code(path), 'policy', written(field.default), field.description ?? '']];
}

function configRows(path: string): Row[] {
  return configFields
    .filter((field) => field.path === path || field.path.startsWith(`${path}.`))
    .map(({ path: name, fallback, description }) => [code(name), 'configuration', written(fallback), description]);
}

function settingRows(setting: string): Row[] {
  const inConfig = /^config: (.+)$/.exec(setting)?.[1];
  if (inConfig !== undefined) return configRows(inConfig);
  const inPolicy = policyRows(setting);
  return inPolicy.length > 0 ? inPolicy : [[setting, '', '', '']];
}

function section({ name, statements, summary, reasons: given, settings }: Rule): string {
  const rows = settings.flatMap(settingRows);
  return [
    `## ${name}`,
    `${summary} Keeps ${statements.map((id) => `[${id}](../safety.md#${id.toLowerCase()})`).join(', ')}.`,
    table(
      ['reason', 'meaning'],
      given.map((reason) => [code(reason), reasons[reason]]),
    ),
    rows.length === 0 ? 'It has no setting.' : table(['setting', 'where', 'default', 'meaning'], rows),
  ].join('\n\n');
}

const intro = `A run asks before each act, and the guard asks these rules in this order; the first rejection is the answer. *Deny* is
final for the step, *hold* says when to ask again. A policy can be stricter than the configuration, never looser.
\`mendflow explain\` shows what each of them says now. [safety](../safety.md) says what each is for, and which tests show it.`;

/** docs/reference/guards.md: every rule, when it rejects a step, with which reasons, and what sets it. */
export const guardsPage = (): string =>
  page(
    'Rules of the guard',
    'domain/guard/rules/',
    intro,
    table(
      ['', 'rule', 'when it rejects a step'],
      rules.map(({ name, summary }, index) => [String(index + 1), `[${name}](#${name.toLowerCase()})`, summary]),
    ),
    ...rules.map(section),
  );
