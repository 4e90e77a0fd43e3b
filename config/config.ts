import { z } from 'zod';
import { MendflowError } from '../domain/run/errors.ts';
import { checks, type Part } from './checks.ts';
import { environmentFaults, overlayEnvironment } from './environment.ts';
import { sentenceOf } from './faults.ts';
import { type ConfigField, configFields } from './fields.ts';
import { type ConfigFile, parseConfigFile } from './file.ts';
import { withFallback } from './receiver-names.ts';
import { type Config, configSchema } from './schema.ts';
import { readTextFile } from './secret.ts';
import { sharedSecrets } from './shared-secrets.ts';
import { valueAt } from './yaml-text.ts';

export type { Config, ReceiverConfig } from './schema.ts';

/** Where a configuration comes from. Nothing else is read: no default file, no other variable. */
export interface ConfigSources {
  env: Record<string, string | undefined>;
  /** Path of the YAML file; without it MENDFLOW_CONFIG, and without that no file. */
  file?: string | undefined;
  /** Parts that are to be started; each may need more than the defaults. */
  parts?: readonly Part[];
  /** Reads a text file; throws when it cannot. */
  readFile?: (path: string) => string;
}

/** One field in force: its value, redacted, and where it came from. */
export interface ConfigRow {
  path: string;
  value: string;
  /** `default`, the name of a variable, or `<file>:<line>`. */
  source: string;
}

function openFile(name: string | undefined, readFile: (path: string) => string): ConfigFile {
  if (name === undefined) return { values: {}, faults: [], lineOf: () => 1 };
  try {
    return parseConfigFile(name, readFile(name));
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
    return { values: {}, faults: [`${name}: cannot be read (${code})`], lineOf: () => 1 };
  }
}

/** The text at these paths is never repeated in a fault: it may be, or hold, a secret. */
const isSecretPath = (path: readonly PropertyKey[]): boolean =>
  path[0] === 'receivers'
    ? path.includes('secret') || path.includes('url')
    : configFields.some((field) => field.isSecret === true && path.join('.').startsWith(field.path));

/** Names that may stand at a path of the file, for "did you mean". */
function knownKeys(path: readonly PropertyKey[], values: unknown): string[] {
  if (path[0] === 'receivers') return receiverKeys(valueAt(values, [...path, 'type']));
  const prefix = path.map((key) => `${String(key)}.`).join('');
  const below = configFields.filter((field) => field.path.startsWith(prefix));
  return [...new Set(below.map((field) => field.path.slice(prefix.length).split('.')[0] ?? ''))];
}

/** The fields of a kind of receiver; none of a kind that there is not. */
function receiverKeys(type: unknown): string[] {
  const { properties } = configJsonSchema() as { properties: { receivers: { items: { oneOf: KindSchema[] } } } };
  const kind = properties.receivers.items.oneOf.find((each) => each.properties.type.const === type);
  return Object.keys(kind?.properties ?? {});
}

interface KindSchema {
  properties: { type: { const: string } };
}

/** A body that fits no budget would be answered 503 for ever. */
const smallBudget = ({
  api: { bodyLimit, bodyBudget },
}: {
  api: Pick<Config['api'], 'bodyLimit' | 'bodyBudget'>;
}): string[] => (bodyBudget >= 2 * bodyLimit ? [] : ['api.bodyBudget: must be at least twice api.bodyLimit']);

/** Reads everything once: the configuration, each field's origin, and all faults. */
function read(sources: ConfigSources) {
  const readFile = sources.readFile ?? readTextFile;
  const name = sources.file ?? (sources.env.MENDFLOW_CONFIG || undefined);
  const file = openFile(name, readFile);
  const overlaid = overlayEnvironment(file.values, sources.env);
  const placeOf = (path: readonly PropertyKey[], written = path): string => {
    const dotted = path.join('.');
    const variable = [...overlaid.from].find(([field]) => dotted === field || dotted.startsWith(`${field}.`))?.[1];
    if (variable !== undefined) return variable;
    return valueAt(file.values, path) === undefined && name === undefined
      ? dotted
      : `${name}:${file.lineOf(written)} ${dotted}`.trim();
  };
  const parsed = configSchema({ env: sources.env, readFile }).safeParse(overlaid.values);
  const issues = parsed.success ? [] : parsed.error.issues;
  const faultOf = (issue: z.core.$ZodIssue) => {
    const given = isSecretPath(issue.path) ? undefined : valueAt(overlaid.values, issue.path);
    if (issue.code !== 'unrecognized_keys') return `${placeOf(issue.path)}: ${sentenceOf(issue, given, [])}`;
    const known = knownKeys(issue.path, overlaid.values);
    return `${placeOf(issue.path, [...issue.path, issue.keys[0] ?? ''])}: ${sentenceOf(issue, given, known)}`;
  };
  const missingSecrets = issues.filter(isMissingSecret).map(faultOf);
  const faults = [
    ...file.faults,
    ...environmentFaults(sources.env),
    ...overlaid.faults,
    ...issues.map(faultOf),
    ...checks.flatMap((check) => check(overlaid.values, sources.parts ?? []) ?? []),
    ...(parsed.success ? [...sharedSecrets(parsed.data), ...smallBudget(parsed.data)] : []),
  ];
  return { parsed, faults, missingSecrets, placeOf, overlaid, name, file };
}

/**
 * The configuration: defaults, then the file, then the environment. Throws INVALID_CONFIG with one line per fault, all
 * faults at once, and never with a secret's text.
 */
export function loadConfig(sources: ConfigSources): Config {
  const { parsed, faults } = read(sources);
  if (!parsed.success || faults.length > 0) {
    const count = faults.length === 1 ? 'a fault' : `${faults.length} faults`;
    throw new MendflowError('INVALID_CONFIG', `The configuration has ${count}:\n  ${faults.join('\n  ')}`);
  }
  const { data } = parsed;
  const { api } = data;
  const url = api.url ?? `http://${api.host}:${api.port}`;
  return { ...data, api: { ...api, url }, receivers: withFallback(data.receivers) };
}

const isMissingSecret = (issue: z.core.$ZodIssue): boolean =>
  issue.code === 'custom' && issue.params?.isMissingSecret === true;

/** What is wrong with a configuration: each fault once; a secret that is not there apart, for it may be there elsewhere. */
export function configFaults(sources: ConfigSources): { faults: string[]; missingSecrets: string[] } {
  const { faults, missingSecrets } = read(sources);
  return { faults: faults.filter((fault) => !missingSecrets.includes(fault)), missingSecrets };
}

function shown(field: ConfigField, value: unknown): string {
  if (value === undefined) return '';
  if (field.path === 'receivers') return (value as { name: string }[]).map(({ name }) => name).join(', ');
  if (field.isSecret !== true) return Array.isArray(value) ? value.join(', ') : String(value);
  return Array.isArray(value) ? `(${value.length} hidden)` : '(hidden)';
}

/** Every field in force with its origin, secrets hidden: safe to print. Throws INVALID_CONFIG as loadConfig does. */
export function explainConfig(sources: ConfigSources): ConfigRow[] {
  const config = loadConfig(sources);
  const { overlaid, name, file } = read(sources);
  return configFields.map((field) => {
    const path = field.path.split('.');
    const isInFile = name !== undefined && valueAt(file.values, path) !== undefined;
    const source = overlaid.from.get(field.path) ?? (isInFile ? `${name}:${file.lineOf(path)}` : 'default');
    return { path: field.path, value: shown(field, valueAt(config, path)), source };
  });
}

/** JSON Schema of the configuration file, for editors. */
export function configJsonSchema(): unknown {
  return z.toJSONSchema(configSchema({ env: {}, readFile: () => '' }), { io: 'input', unrepresentable: 'any' });
}
