import { MendflowError } from '../../domain/run/errors.ts';
import { answerError } from './answer-error.ts';
import type { RawMeta } from './raw.ts';
import type { Round } from './reflection.ts';

const usualPageSize = 500;
/** A page of large objects takes longer than a call for one. */
const pageDeadlineMs = 30_000;
/** The server ends a watch after a time between this and twice this, so that they do not all end at once. */
const watchForS = 300;

interface Page {
  metadata?: { resourceVersion?: string; continue?: string };
  items?: unknown[];
}

interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: { metadata?: RawMeta & { resourceVersion?: string }; code?: number };
}

/** The API server has forgotten the version that was asked for. */
const isExpired = (error: unknown): boolean => error instanceof MendflowError && error.code === 'CONFLICT';

/** Tells all objects there are, in one event, and gives the version from which a watch goes on. */
export async function listAll<T>(round: Round<T>): Promise<string> {
  return list(round, round.reflected.pageSize ?? usualPageSize).catch((error: unknown) => {
    // Forgotten between two pages; in one piece it cannot happen.
    if (isExpired(error)) return list(round, undefined);
    throw error;
  });
}

async function list<T>({ transport, reflected, events, signal }: Round<T>, limit: number | undefined): Promise<string> {
  const { path, query, read } = reflected;
  const objects: T[] = [];
  let version: string | undefined;
  let next: string | undefined;
  do {
    const call = { path, query: { ...query, limit, continue: next }, deadlineMs: pageDeadlineMs, signal };
    const page: Page = await transport.json<Page>({ method: 'GET', ...call });
    events.contact?.();
    for (const raw of page.items ?? []) {
      const object = read(raw);
      if (object !== undefined) objects.push(object);
    }
    version ??= page.metadata?.resourceVersion;
    next = page.metadata?.continue || undefined;
  } while (next !== undefined);
  if (version === undefined) throw new MendflowError('CLUSTER_UNAVAILABLE', `GET ${path}: the list has no version`);
  events.replaced(objects);
  return version;
}

/**
 * Tells every change from a version on until the watch ends or is cut. Gives the version to go on from, or undefined
 * when there is none any more and all must be listed anew.
 */
export async function watchFrom<T>(round: Round<T>, from: string): Promise<string | undefined> {
  const lines = await openWatch(round, from);
  if (lines === undefined) return undefined;
  round.events.contact?.();
  let version = from;
  for await (const line of untilCut(lines)) {
    round.events.contact?.();
    const event = JSON.parse(line) as WatchEvent;
    if (event.type === 'ERROR') {
      const { code = 500 } = event.object;
      if (code === 410) return undefined;
      throw answerError(`WATCH ${round.reflected.path}`, { status: code, text: JSON.stringify(event.object) });
    }
    tell(round, event);
    version = event.object.metadata?.resourceVersion ?? version;
  }
  return version;
}

async function openWatch<T>({ transport, reflected, pace, signal }: Round<T>, version: string) {
  const query = {
    ...reflected.query,
    watch: 'true',
    resourceVersion: version,
    allowWatchBookmarks: 'true',
    timeoutSeconds: Math.round(watchForS * (1 + Math.random())),
  };
  const call = { method: 'GET', path: reflected.path, query } as const;
  return transport.lines(call, { signal, idleMs: pace.idleMs }).catch((error: unknown) => {
    if (isExpired(error)) return undefined;
    throw error;
  });
}

/** The lines up to where the connection breaks: no fault of anybody's, the next watch goes on from there. */
async function* untilCut(lines: AsyncIterable<string>): AsyncGenerator<string> {
  try {
    yield* lines;
  } catch (cause) {
    if (cause instanceof MendflowError) throw cause;
  }
}

function tell<T>({ reflected, events }: Round<T>, { type, object }: WatchEvent): void {
  if (type === 'BOOKMARK') return;
  const read = reflected.read(object);
  if (read === undefined) return;
  if (type === 'DELETED') events.gone(read);
  else events.set(read);
}
