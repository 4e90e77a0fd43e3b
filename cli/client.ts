import type { ClientSettings } from '../config/client.ts';
import { type ErrorCode, errors } from '../domain/run/errors.ts';
import { ApiProblem, type ProblemDocument } from './api-problem.ts';

/** How the client speaks: an address, perhaps a token, and how long an answer may take. */
export interface ClientOptions extends ClientSettings {
  timeoutMs: number;
}

const tokenMissing = 'Set MENDFLOW_TOKEN, or pass --token.';

type Query = Record<string, string | number | undefined>;

/** JSON over HTTP to the api. Every refusal is an ApiProblem; no redirect is followed, so the token stays with the server. */
export interface ApiClient {
  get<Answer>(path: string, query?: Query): Promise<Answer>;
  post<Answer>(path: string, body?: object): Promise<Answer>;
}

/** Opens the client; nothing is connected yet. */
export function openClient(options: ClientOptions): ApiClient {
  return {
    get: (path, query = {}) => request(options, 'GET', `${path}${queryString(query)}`),
    post: (path, body) => request(options, 'POST', path, body),
  };
}

function queryString(query: Query): string {
  const given = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) given.set(key, String(value));
  return given.size === 0 ? '' : `?${given}`;
}

async function request<Answer>(
  { server, token, timeoutMs }: ClientOptions,
  method: string,
  path: string,
  body?: object,
): Promise<Answer> {
  const url = `${server}${path}`;
  const where = `${method} ${url}`;
  const headers: Record<string, string> = { accept: 'application/json' };
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method,
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    text = await response.text();
  } catch (cause) {
    throw unreachable(where, cause, timeoutMs);
  }
  const document = parsed(text);
  if (response.ok && document !== undefined) return document as Answer;
  const problem = problemIn(response, document);
  const isUnnamed = response.status === 401 && token === undefined;
  throw new ApiProblem(where, response.status, isUnnamed ? { ...problem, fix: tokenMissing } : problem);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An answer without our code comes from something else that listens there. */
function problemIn({ status }: Response, document: unknown): ProblemDocument {
  const given = (document ?? {}) as ProblemDocument;
  if (typeof given.code === 'string') return given;
  return known('API_UNAVAILABLE', `the answer (HTTP ${status}) is not Mendflow’s`);
}

const known = (code: ErrorCode, detail: string) => ({ code, detail, fix: errors[code].fix });

function unreachable(where: string, cause: unknown, timeoutMs: number): ApiProblem {
  const { name, message, cause: inner } = cause as Error;
  if (name === 'TimeoutError') {
    return new ApiProblem(where, 504, known('API_TIMEOUT', `no answer within ${timeoutMs} ms`));
  }
  // fetch says only that it failed; why is in its cause.
  const { code, message: why } = (inner ?? { message }) as NodeJS.ErrnoException;
  return new ApiProblem(where, 503, known('API_UNAVAILABLE', `the api cannot be reached: ${code ?? why}`));
}
