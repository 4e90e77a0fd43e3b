import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MendflowError } from '../domain/run/errors.ts';
import { isObject } from '../domain/text/shapes.ts';
import { isWebAddress, notWebAddress } from './web-address.ts';

/** One installation of Mendflow to which the command line may speak. */
export interface Context {
  /** Address of the api. */
  server: string;
  /** File that holds the token; the token itself is never kept here. */
  tokenFile?: string;
}

/** The installations that this user has named, and the one in use. */
export interface Contexts {
  current?: string;
  contexts: Record<string, Context>;
}

type Env = Record<string, string | undefined>;

/** Where the contexts of this user are kept; undefined without a home. */
export function contextsFile(env: Env): string | undefined {
  if (env.MENDFLOW_CONTEXTS) return env.MENDFLOW_CONTEXTS;
  const folder = env.XDG_CONFIG_HOME || (env.HOME && join(env.HOME, '.config'));
  return folder ? join(folder, 'mendflow', 'contexts.json') : undefined;
}

/** The contexts of this user; none where the file is missing. Throws INVALID_CONFIG for one that cannot be read. */
export function readContexts(env: Env): Contexts {
  const file = contextsFile(env);
  const text = file === undefined ? undefined : textOf(file);
  if (text === undefined) return { contexts: {} };
  const value = parsed(text);
  const faults = isObject(value) ? faultsIn(value) : ['must hold a JSON object'];
  if (faults.length > 0) throw new MendflowError('INVALID_CONFIG', `${file}: ${faults.join('; ')}`);
  return { contexts: {}, ...(value as Partial<Contexts>) };
}

type Mapping = Record<string, unknown>;

/** By hand: every command that asks the api reads this file first, and to load zod takes longer than all else it loads. */
function faultsIn({ current, contexts = {}, ...others }: Mapping): string[] {
  return [
    ...(current === undefined || typeof current === 'string' ? [] : ['current: must be a text']),
    ...(isObject(contexts) ? Object.entries(contexts).flatMap(faultsOf) : ['contexts: must be an object']),
    ...unknownKeys(others),
  ];
}

function faultsOf([name, context]: [string, unknown]): string[] {
  if (!isObject(context)) return [`contexts.${name}: must be an object`];
  const { server, tokenFile, ...others } = context;
  const isTokenFile = tokenFile === undefined || (typeof tokenFile === 'string' && tokenFile !== '');
  return [
    ...(typeof server === 'string' && isWebAddress(server) ? [] : [`server: ${notWebAddress(server)}`]),
    ...(isTokenFile ? [] : ['tokenFile: must be the path of a file']),
    ...unknownKeys(others),
  ].map((fault) => `contexts.${name}.${fault}`);
}

const unknownKeys = (others: Mapping) => Object.keys(others).map((key) => `${key}: is not a setting`);

/** Keeps the contexts, readable by this user only. Throws INVALID_CONFIG where they cannot be kept. */
export function writeContexts(env: Env, contexts: Contexts): void {
  const file = contextsFile(env);
  if (file === undefined) throw new MendflowError('INVALID_CONFIG', 'set HOME or MENDFLOW_CONTEXTS to keep contexts');
  const fresh = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(fresh, `${JSON.stringify(contexts, undefined, 2)}\n`, { mode: 0o600 });
    renameSync(fresh, file);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new MendflowError('INVALID_CONFIG', `${file} cannot be written (${code})`);
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    if (code === 'ENOENT') return undefined;
    throw new MendflowError('INVALID_CONFIG', `${file} cannot be read (${code})`);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
