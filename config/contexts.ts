import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { MendflowError } from '../domain/run/errors.ts';

const contextSchema = z.strictObject({
  /** Address of the api. */
  server: z.url({ protocol: /^https?$/ }),
  /** File that holds the token; the token itself is never kept here. */
  tokenFile: z.string().min(1).optional(),
});

const contextsSchema = z.strictObject({
  /** The context in use. */
  current: z.string().optional(),
  contexts: z.record(z.string(), contextSchema).default({}),
});

/** One installation of Mendflow to which the command line may speak. */
export type Context = z.infer<typeof contextSchema>;
/** The installations that this user has named, and the one in use. */
export type Contexts = z.infer<typeof contextsSchema>;

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
  const { data, error } = contextsSchema.safeParse(parsed(text));
  if (data) return data;
  const faults = error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`);
  throw new MendflowError('INVALID_CONFIG', `${file}: ${faults.join('; ')}`);
}

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
