import { readFileSync } from 'node:fs';
import { MendflowError } from '../domain/run/errors.ts';
import { trimmedEnd } from '../domain/text/trimmed.ts';
import { contextsFile, readContexts } from './contexts.ts';
import { nearest } from './nearest.ts';
import { runningSandboxes } from './running-sandboxes.ts';

/** Variables of the command line's own; the api and the worker do not read them. */
export const clientVariables = {
  MENDFLOW_SERVER: 'The api that the commands speak to. As --server.',
  MENDFLOW_TOKEN: 'The token of the person who calls. As --token, which other users of the machine can see.',
  MENDFLOW_TOKEN_FILE: 'File that holds the token.',
  MENDFLOW_CONTEXT: 'The context in use, before the one of `mendflow config use-context`. As --context.',
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
  const url = URL.parse(server);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new MendflowError('INVALID_CONFIG', `${from}: must be an http or https URL, is "${server}"`);
  }
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
  if (context) return inContext(env, context, '--context');
  if (env.MENDFLOW_SERVER) return { server: env.MENDFLOW_SERVER, from: 'MENDFLOW_SERVER' };
  if (env.MENDFLOW_CONTEXT) return inContext(env, env.MENDFLOW_CONTEXT, 'MENDFLOW_CONTEXT');
  const { current } = readContexts(env);
  if (current !== undefined) return inContext(env, current, 'the context in use');
  const running = runningSandboxes(env);
  const [only, ...others] = running;
  if (only && others.length === 0) return inContext(env, `${sandboxPrefix}${only.name}`, 'the sandbox');
  if (only) {
    const names = running.map(({ name }) => `${sandboxPrefix}${name}`).join(', ');
    throw new MendflowError('INVALID_CONFIG', `Several sandboxes run; choose one with --context: ${names}`);
  }
  return { server: defaultServer, from: 'the default', foundBy: 'the default; no server is named and no sandbox runs' };
}

/** The server of a context: one that the user has named, or a sandbox that runs. */
function inContext(env: ClientSources['env'], name: string, from: string): FoundServer {
  const sandboxes = runningSandboxes(env);
  const sandbox = sandboxes.find((each) => `${sandboxPrefix}${each.name}` === name);
  if (sandbox) return { ...{ server: sandbox.server, token: sandbox.token, from }, foundBy: name };
  const { contexts } = readContexts(env);
  const context = Object.hasOwn(contexts, name) ? contexts[name] : undefined;
  if (context) return { ...context, from: `context ${name} in ${contextsFile(env)}`, foundBy: `context ${name}` };
  const names = [...Object.keys(contexts), ...sandboxes.map((each) => `${sandboxPrefix}${each.name}`)];
  const known = names.length === 0 ? 'there is none' : `there are ${names.join(', ')}`;
  const near = nearest(name, names);
  const hint = near === undefined ? known : `did you mean ${near}?`;
  throw new MendflowError('INVALID_CONFIG', `${from}: there is no context ${name}; ${hint}`);
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
