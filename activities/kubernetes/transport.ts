import { type Dispatcher, request } from 'undici';
import { MendflowError } from '../../domain/run/errors.ts';
import { type Answer, answerError, isNotLetIn, isWithoutRight } from './answer-error.ts';
import type { VitalSigns } from './vitals.ts';

/** One call to the API server. */
export interface Call {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Already encoded; see `path`. */
  path: string;
  query?: Record<string, string | number | undefined>;
  body?: unknown;
  contentType?: string;
  /** Beside our own. */
  headers?: Record<string, string>;
  deadlineMs?: number;
  /** Ends the call before its deadline. */
  signal?: AbortSignal;
  /** The answer comes from a node, so that it says nothing about the API server. */
  isThroughNode?: true;
}

/** Where the API server is and how to be let in; asked before every call, so that rotated tokens are taken up. */
export interface Access {
  server: string;
  dispatcher: Dispatcher;
  headers: Record<string, string>;
}

/**
 * Gives the access for a call. `refused` is what the API server did not take a moment ago (401): the credentials are read
 * again, and where there are no others the same access is given.
 */
export type AccessSource = (refused?: Access) => Promise<Access>;

export interface Transport {
  /** The body of a 2xx answer; every failure is a MendflowError. */
  text(call: Call): Promise<string>;
  json<T>(call: Call): Promise<T>;
  /**
   * The lines of a 2xx answer that goes on for long. Fails as the others do until the answer begins; from then on the
   * iteration throws when the connection is cut, when nothing came for `idleMs`, or when the signal is aborted.
   */
  lines(call: Call, until: { signal: AbortSignal; idleMs: number }): Promise<AsyncIterable<string>>;
}

/** A path of encoded segments. Throws NOT_APPLICABLE for a segment that would leave its place in the URL. */
export function path(root: string, ...segments: string[]): string {
  const stray = segments.find((segment) => segment === '' || segment === '.' || segment === '..');
  if (stray !== undefined) throw new MendflowError('NOT_APPLICABLE', `"${stray}" names nothing`);
  return [root, ...segments.map(encodeURIComponent)].join('/');
}

/**
 * Sends a call and gives the answer, whatever it is. A call is sent once more only after a 401, with credentials that were
 * read again, and after a 403 for want of a right; never where a pod or node answered, which says nothing of either.
 */
function answering(access: AccessSource, deadlineMs: number): (call: Call, what: string) => Promise<Answer> {
  const ask = async (call: Call) => {
    const current = await access();
    const answer = await send(current, call, call.deadlineMs ?? deadlineMs);
    if (!isNotLetIn(answer) || call.isThroughNode) return answer;
    const renewed = await access(current);
    return renewed === current ? answer : send(renewed, call, call.deadlineMs ?? deadlineMs);
  };
  /** A server that has just started says no to everybody until it has read its rules: such a no does not count. */
  return async (call, what) => {
    const answer = await ask(call);
    if (!isWithoutRight(answer) || call.isThroughNode) return answer;
    const version = await ask({ method: 'GET', path: '/version' });
    if (version.status !== 403) return ask(call);
    const why = 'the server refuses even /version: it is starting, or we have no rights at all';
    throw new MendflowError('CLUSTER_UNAVAILABLE', `${what}: 403; ${why}`);
  };
}

/** Opens an answer that goes on for long; after a 401 once more, with credentials that were read again. */
async function opened(access: AccessSource, call: Call, limits: Limits): Promise<Dispatcher.ResponseData> {
  const current = await access();
  const response = await open(current, call, limits);
  if (response.statusCode !== 401) return response;
  const renewed = await access(current);
  if (renewed === current) return response;
  await response.body.dump();
  return open(renewed, call, limits);
}

/** Calls with a deadline each over the connections that `access` shares; Temporal retries. */
export function createTransport(access: AccessSource, deadlineMs: number, vitals?: VitalSigns): Transport {
  const settled = answering(access, deadlineMs);
  const text = (call: Call) =>
    vitals === undefined || call.isThroughNode ? tell(call) : vitals.watch(() => tell(call));
  const tell = async (call: Call) => {
    const what = `${call.method} ${call.path}`;
    try {
      const answer = await settled(call, what);
      if (answer.status >= 200 && answer.status < 300) return answer.text;
      throw answerError(what, answer);
    } catch (error) {
      throw error instanceof MendflowError ? error : unreachable(what, error);
    }
  };
  return {
    text,
    async json<T>(call: Call) {
      const body = await text(call);
      try {
        return JSON.parse(body) as T;
      } catch (cause) {
        throw new MendflowError('CLUSTER_UNAVAILABLE', `${call.method} ${call.path}: the answer is not JSON`, {
          cause,
        });
      }
    },
    async lines(call, { signal, idleMs }) {
      const what = `${call.method} ${call.path}`;
      try {
        const limits = { signal, headersTimeout: call.deadlineMs ?? deadlineMs, bodyTimeout: idleMs };
        const response = await opened(access, call, limits);
        if (response.statusCode < 300) return splitLines(response.body);
        throw answerError(what, await wholeAnswer(response));
      } catch (error) {
        throw error instanceof MendflowError ? error : unreachable(what, error);
      }
    },
  };
}

interface Limits {
  signal: AbortSignal;
  headersTimeout?: number;
  bodyTimeout?: number;
}

function open({ server, dispatcher, headers }: Access, call: Call, limits: Limits): Promise<Dispatcher.ResponseData> {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(call.query ?? {})) if (value !== undefined) query.set(key, String(value));
  const body = call.body === undefined ? undefined : JSON.stringify(call.body);
  return request(`${server}${call.path}${query.size === 0 ? '' : `?${query}`}`, {
    dispatcher,
    method: call.method,
    headers: {
      ...headers,
      ...call.headers,
      accept: 'application/json, */*',
      'user-agent': 'mendflow',
      ...(body === undefined ? {} : { 'content-type': call.contentType ?? 'application/json' }),
    },
    ...limits,
    ...(body === undefined ? {} : { body }),
  });
}

async function send(access: Access, call: Call, deadlineMs: number): Promise<Answer> {
  const deadline = AbortSignal.timeout(deadlineMs);
  const signal = call.signal === undefined ? deadline : AbortSignal.any([deadline, call.signal]);
  return wholeAnswer(await open(access, call, { signal }));
}

async function wholeAnswer({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<Answer> {
  const retryAfter = headers['retry-after'];
  return {
    status: statusCode,
    text: await body.text(),
    ...(typeof retryAfter === 'string' ? { retryAfter } : {}),
  };
}

function unreachable(what: string, cause: unknown): MendflowError {
  const { name, code, message } = cause as { name?: string; code?: string; message?: string };
  const why = name === 'TimeoutError' ? 'no answer in time' : [code, message].filter(Boolean).join(': ');
  return new MendflowError('CLUSTER_UNAVAILABLE', `${what}: ${why.slice(0, 200)}`, { cause });
}

/** The largest object that etcd takes is 1.5 MiB; a longer line is none of the API server's. */
const longestLine = 8 * 1_048_576;

/**
 * The lines of a stream of UTF-8, without their ends; a last one that was not ended is not given, since it was cut.
 * Holds one line at a time; throws CLUSTER_UNAVAILABLE when a line is longer than 8 MiB.
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const [first = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n');
    rest += first;
    for (const next of others) {
      yield rest;
      rest = next;
    }
    if (rest.length > longestLine) throw new MendflowError('CLUSTER_UNAVAILABLE', 'a line is longer than 8 MiB');
  }
}
