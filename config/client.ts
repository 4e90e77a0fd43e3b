import { readFileSync } from 'node:fs';
import { MendflowError } from '../domain/run/errors.ts';
import { trimmedEnd } from '../domain/text/trimmed.ts';

/** Variables of the command line's own; the api and the worker do not read them. */
export const clientVariables = {
  MENDFLOW_SERVER: 'The api that the commands speak to; default http://127.0.0.1:8080. As --server.',
  MENDFLOW_TOKEN: 'The token of the person who calls. As --token, which other users of the machine can see.',
  MENDFLOW_TOKEN_FILE: 'File that holds the token.',
} as const;

/** Where the api is, and who calls. */
export interface ClientSettings {
  /** Without a slash at its end. */
  server: string;
  token?: string;
}

/** Where client settings come from; a flag wins over the environment. */
export interface ClientSources {
  env: Record<string, string | undefined>;
  server?: string | undefined;
  token?: string | undefined;
  readFile?: (path: string) => string;
}

const defaultServer = 'http://127.0.0.1:8080';

const readTextFile = (path: string): string => readFileSync(path, 'utf8');

/** The settings of the command line's client. Throws INVALID_CONFIG for an address that is none, or an unreadable file. */
export function loadClient({ env, readFile = readTextFile, ...flags }: ClientSources): ClientSettings {
  const server = flags.server || env.MENDFLOW_SERVER || defaultServer;
  const url = URL.parse(server);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    const from = flags.server ? '--server' : 'MENDFLOW_SERVER';
    throw new MendflowError('INVALID_CONFIG', `${from}: must be an http or https URL, is "${server}"`);
  }
  const token = flags.token || env.MENDFLOW_TOKEN || tokenIn(env.MENDFLOW_TOKEN_FILE, readFile);
  return { server: trimmedEnd(server, '/'), ...(token && { token }) };
}

function tokenIn(file: string | undefined, readFile: (path: string) => string): string | undefined {
  if (!file) return undefined;
  try {
    return readFile(file).trim();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new MendflowError('INVALID_CONFIG', `MENDFLOW_TOKEN_FILE: the file ${file} cannot be read (${code})`);
  }
}
