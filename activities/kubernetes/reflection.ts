import type { MendflowError } from '../../domain/run/errors.ts';
import type { Transport } from './transport.ts';

/** What is followed. */
export interface Reflected<T> {
  /** Of the collection. */
  path: string;
  /** Selectors, where not all of it is wanted. */
  query?: Record<string, string>;
  /** Objects of a page of the list; 500. Smaller pages take less memory and more calls. */
  pageSize?: number;
  /** What is kept of an object; undefined: it is none of ours. Only what this returns is ever held. */
  read(raw: unknown): T | undefined;
}

/** What the follower is told, in the order in which it happened. */
export interface ReflectorEvents<T> {
  /** All there are now: whatever is not among them is gone. Called after every list. */
  replaced(objects: T[]): void;
  /** One was made or changed. */
  set(object: T): void;
  /** One is gone; as it was at the end. */
  gone(object: T): void;
  /** The API server has said something just now. */
  contact?(): void;
  /** It could not be asked; what was told before is all that is known, and it is asked again after the wait. */
  trouble?(error: MendflowError, retryInMs: number): void;
}

/** How patient a reflector is; everything in milliseconds. */
export interface Pace {
  firstWaitMs: number;
  longestWaitMs: number;
  /** A watch that held for so long was a good one: the waits begin anew. */
  steadyMs: number;
  /** A watch on which nothing came for so long is dead; a live one brings a bookmark every two minutes or so. */
  idleMs: number;
}

/** All that one round needs. */
export interface Round<T> {
  transport: Pick<Transport, 'json' | 'lines'>;
  reflected: Reflected<T>;
  events: ReflectorEvents<T>;
  pace: Pace;
  signal: AbortSignal;
}
