import { readFileSync } from 'node:fs';
import { MendflowError } from '../domain/run/errors.ts';
import { trimmedEnd } from '../domain/text/trimmed.ts';
import { type Context, readContexts } from './contexts.ts';
import { nearest } from './nearest.ts';
import { runningSandboxes } from './running-sandboxes.ts';
import { isWebAddress, notWebAddress } from './web-address.ts';

/** Variables of the command line's own; the api and the worker do not read them. */
export const clientVariables = {
  MENDFLOW_SERVER: 'The api that the commands speak to. As --server.',
  MENDFLOW_TOKEN: 'The token of the person who calls. As --token, which other users of the machine can see.',
  MENDFLOW_TOKEN_FILE: 'File that holds the token.',
  MENDFLOW_CONTEXT: 'The context to use, instead of the one that `mendflow config use-context` chose. As --context.',
  MENDFLOW_CONTEXTS: 'File that keeps the contexts; default ~/.config/mendflow/contexts.json.',
} as const;

/** Where the api is, and who calls. */
export interface ClientSettings {
  /** Without a slash at its end. */
  server: string;
  token?: string;
  /** How the server was found, in words; absent where the caller named its address. */
  foundBy?: string;
}

/** Where client settings come from; a flag wins over the environment. */
export interface ClientSources {
  env: Record<string, string | undefined>;
  server?: string | undefined;
  token?: string | undefined;
  context?: string | undefined;
  readFile?: (path: string) => string;
}

interface FoundServer {
  server: string;
  /** Where the address stands, for a refusal. */
  from: string;
  /** Belongs to this server: it is never sent to another one. */
  token?: string | undefined;
  tokenFile?: string | undefined;
  foundBy?: string;
}

/** Before the name of a sandbox that runs; nobody has to write such a context down. */
export const sandboxPrefix = 'sandbox/';
const defaultServer = 'http://127.0.0.1:8080';

const readTextFile = (path: string): string => readFileSync(path, 'utf8');

/**
 * The settings of the command line's client. The server is, in this order: --server, --context, MENDFLOW_SERVER,
 * MENDFLOW_CONTEXT, the context in use, the one sandbox that runs, http://127.0.0.1:8080. Throws INVALID_CONFIG for an
 * address that is none, an unknown context, several sandboxes of which none is named, or an unreadable file.
 */
export function loadClient({ env, readFile = readTextFile, ...flags }: ClientSources): ClientSettings {
  const { server, from, foundBy, ...found } = findServer({ env, ...flags });
  if (!isWebAddress(server)) throw new MendflowError('INVALID_CONFIG', `${from}: ${notWebAddress(server)}`);
  const token =
    flags.token ||
    found.token ||
    tokenIn(found.tokenFile, 'the context’s tokenFile', readFile) ||
    env.MENDFLOW_TOKEN ||
    tokenIn(env.MENDFLOW_TOKEN_FILE, 'MENDFLOW_TOKEN_FILE', readFile);
  return { server: trimmedEnd(server, '/'), ...(token && { token }), ...(foundBy && { foundBy }) };
}

function findServer({ env, server, context }: Omit<ClientSources, 'readFile'>): FoundServer {
  if (server) return { server, from: '--server' };
  if (!context && env.MENDFLOW_SERVER) return { server: env.MENDFLOW_SERVER, from: 'MENDFLOW_SERVER' };
  const known = knownContexts(env);
  if (context) return inContext(known, context, '--context');
  if (env.MENDFLOW_CONTEXT) return inContext(known, env.MENDFLOW_CONTEXT, 'MENDFLOW_CONTEXT');
  if (known.current !== undefined) return inContext(known, known.current, 'the context in use');
  const [sandbox, ...others] = known.sandboxes;
  if (others.length > 0) {
    const detail = `Several sandboxes run; choose one with --context: ${known.sandboxes.join(', ')}`;
    throw new MendflowError('INVALID_CONFIG', detail);
  }
  if (sandbox !== undefined) return inContext(known, sandbox, 'the sandbox');
  return { server: defaultServer, from: 'the default', foundBy: 'the default; no server is named and no sandbox runs' };
}

/** What --context may name. */
interface KnownContexts {
  current: string | undefined;
  /** Those that the user has set and, as `sandbox/<name>` and with the token of its own, each sandbox that runs. */
  contexts: Readonly<Record<string, Context & { token?: string }>>;
  /** The names of the sandboxes among them. */
  sandboxes: readonly string[];
}

/** Every context of this user, the sandboxes that run among them. Throws INVALID_CONFIG as readContexts does. */
export function knownContexts(env: ClientSources['env']): KnownContexts {
  const { current, contexts } = readContexts(env);
  const running = runningSandboxes(env).map(({ name, ...sandbox }) => [`${sandboxPrefix}${name}`, sandbox] as const);
  return {
    current,
    contexts: { ...contexts, ...Object.fromEntries(running) },
    sandboxes: running.map(([name]) => name),
  };
}

function inContext({ contexts, sandboxes }: KnownContexts, name: string, from: string): FoundServer {
  const context = Object.hasOwn(contexts, name) ? contexts[name] : undefined;
  if (context !== undefined) return { ...context, from, foundBy: sandboxes.includes(name) ? name : `context ${name}` };
  const detail = `${from}: there is no context ${name}; ${contextHint(name, Object.keys(contexts))}`;
  throw new MendflowError('INVALID_CONFIG', detail);
}

/** Which context was meant by a name that is none, or which there are. */
export function contextHint(name: string, names: readonly string[]): string {
  const near = nearest(name, names);
  if (near !== undefined) return `did you mean ${near}?`;
  return names.length === 0 ? 'there is none' : `there are ${names.join(', ')}`;
}

function tokenIn(file: string | undefined, from: string, readFile: (path: string) => string): string | undefined {
  if (!file) return undefined;
  try {
    return readFile(file).trim();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new MendflowError('INVALID_CONFIG', `${from}: the file ${file} cannot be read (${code})`);
  }
}
