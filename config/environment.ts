import { clientVariables } from './client.ts';
import { configFields } from './fields.ts';
import { editDistance } from './nearest.ts';

type Environment = Record<string, string | undefined>;

/** The raw values with the environment laid over them, and which variable each overlaid field came from. */
export interface Overlaid {
  values: Record<string, unknown>;
  from: Map<string, string>;
  faults: string[];
}

const isSet = (env: Environment, name: string): boolean => env[name] !== undefined && env[name] !== '';

function put(values: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key = '', ...rest] = path;
  if (rest.length === 0) {
    values[key] = value;
    return;
  }
  const inner = values[key];
  values[key] = typeof inner === 'object' && inner !== null ? { ...inner } : {};
  put(values[key] as Record<string, unknown>, rest, value);
}

/** Lays the environment over the file's values, without changing them; an empty variable counts as not set. */
export function overlayEnvironment(fileValues: Record<string, unknown>, env: Environment): Overlaid {
  const overlaid: Overlaid = { values: { ...fileValues }, from: new Map(), faults: [] };
  for (const { env: name, path, isSecret, fromText } of configFields) {
    if (name === undefined) continue;
    const fileName = `${name}_FILE`;
    const isGiven = isSet(env, name);
    const isGivenAsFile = isSecret === true && isSet(env, fileName);
    if (isGiven && isGivenAsFile) overlaid.faults.push(`${name}: is set beside ${fileName}; set one of them`);
    if (!isGiven && !isGivenAsFile) continue;
    const text = env[name] ?? '';
    overlaid.from.set(path, isGiven ? name : fileName);
    put(overlaid.values, path.split('.'), isGiven ? (fromText?.(text) ?? text) : { file: env[fileName] });
  }
  return overlaid;
}

const known: readonly string[] = [
  'MENDFLOW_CONFIG',
  ...Object.keys(clientVariables),
  ...configFields.flatMap(({ env, isSecret }) =>
    env === undefined ? [] : isSecret === true ? [env, `${env}_FILE`] : [env],
  ),
];

/**
 * Variables that are most likely misspelt, and values that Kubernetes put there for a Service. Other unknown variables
 * are left alone, since the environment is shared with other programs.
 */
export function environmentFaults(env: Environment): string[] {
  return Object.keys(env).flatMap((name) => {
    if (known.includes(name)) {
      const isServiceLink = /^(tcp|udp):\/\//.test(env[name] ?? '');
      return isServiceLink ? [`${name}: was set by Kubernetes for a Service; set enableServiceLinks: false`] : [];
    }
    if (!name.startsWith('MENDFLOW_')) return [];
    const meant = known.find((candidate) => editDistance(name, candidate) <= 2);
    return meant === undefined || !isSet(env, name) ? [] : [`${name}: is not a known variable; did you mean ${meant}?`];
  });
}
