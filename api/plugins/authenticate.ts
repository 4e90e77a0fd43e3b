import { createHash, timingSafeEqual } from 'node:crypto';
import type { onRequestAsyncHookHandler } from 'fastify';
import { MendflowError } from '../../domain/errors.ts';
import type { Tokens } from '../ports.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Name of the person whose token came with the request; empty on routes that people do not call. */
    who: string;
  }
}

const digest = (token: string) => createHash('sha256').update(token).digest();

/** Finds whose token it is in a time that says nothing about the tokens; undefined when it is nobody's. */
function createLookup(entries: readonly { name: string; token: string }[]): (token: string) => string | undefined {
  const known = entries.map(({ name, token }) => ({ name, digest: digest(token) }));
  return (token) => {
    const given = digest(token);
    let found: string | undefined;
    for (const entry of known) {
      if (timingSafeEqual(entry.digest, given)) found = entry.name;
    }
    return found;
  };
}

/** Lets a request in by its bearer token before its body is read, and notes who it is; UNAUTHENTICATED otherwise. */
export function authenticate(tokens: Tokens, callers: 'intake' | 'people'): onRequestAsyncHookHandler {
  const entries =
    callers === 'people' ? tokens.people : tokens.intake.map((token) => ({ name: 'alertmanager', token }));
  const whose = createLookup(entries);
  const isOpen = tokens.allowAnonymous && entries.length === 0;
  return async (request) => {
    if (isOpen) {
      request.who = 'anonymous';
      return;
    }
    const token = /^Bearer +([!-~]+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined)
      throw new MendflowError('UNAUTHENTICATED', 'The header Authorization has no bearer token.');
    const who = whose(token);
    if (who === undefined) {
      throw new MendflowError('UNAUTHENTICATED', `The token is none of those for ${callers}.`);
    }
    request.who = who;
  };
}
