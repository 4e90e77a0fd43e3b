import { createHash, timingSafeEqual } from 'node:crypto';
import type { onRequestAsyncHookHandler } from 'fastify';
import { MendflowError } from '../../domain/run/errors.ts';
import type { Sender, Tokens } from '../ports.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Name of the person whose token came with the request; empty on routes that people do not call. */
    who: string;
    /** Whose token came with a delivery; absent where none was asked for. */
    sender: Sender | undefined;
  }
}

const digest = (token: string) => createHash('sha256').update(token).digest();

/** Finds whose token it is in a time that says nothing about the tokens; undefined when it is nobody's. */
function createLookup<Entry extends { token: string }>(entries: readonly Entry[]) {
  const known = entries.map((entry) => ({ entry, digest: digest(entry.token) }));
  return (token: string): Entry | undefined => {
    const given = digest(token);
    let found: Entry | undefined;
    for (const candidate of known) {
      if (timingSafeEqual(candidate.digest, given)) found = candidate.entry;
    }
    return found;
  };
}

/** Lets a person in by their bearer token before the body is read, and notes who it is; UNAUTHENTICATED otherwise. */
export function authenticatePeople({ people, allowAnonymous }: Tokens): onRequestAsyncHookHandler {
  const whose = createLookup(people);
  const isOpen = allowAnonymous && people.length === 0;
  return async (request) => {
    request.who = isOpen ? 'anonymous' : entryOf(request.headers, whose, 'people').name;
  };
}

/** As authenticatePeople, for deliveries: notes which sender it is. */
export function authenticateSenders({ intake, allowAnonymous }: Tokens): onRequestAsyncHookHandler {
  const whose = createLookup(intake);
  const isOpen = allowAnonymous && intake.length === 0;
  return async (request) => {
    request.sender = isOpen ? undefined : entryOf(request.headers, whose, 'intake');
  };
}

function entryOf<Entry>(
  headers: { authorization?: string | undefined },
  whose: (token: string) => Entry | undefined,
  callers: string,
): Entry {
  const token = /^Bearer +([!-~]+)$/i.exec(headers.authorization ?? '')?.[1];
  if (token === undefined) throw new MendflowError('UNAUTHENTICATED', 'The header Authorization has no bearer token.');
  const entry = whose(token);
  if (entry === undefined) throw new MendflowError('UNAUTHENTICATED', `The token is not valid for ${callers}.`);
  return entry;
}
