import type { onRequestAsyncHookHandler } from 'fastify';
import { MendflowError } from '../../domain/errors.ts';

/** Takes at most `limit` requests at once, so that bodies cannot fill the memory; OVERLOADED beyond, before the body is read. */
export function admit(limit: number): onRequestAsyncHookHandler {
  let inside = 0;
  return async (_request, reply) => {
    if (inside >= limit) {
      throw new MendflowError('OVERLOADED', `${limit} deliveries are being read already.`, { retryAfterMs: 1_000 });
    }
    inside += 1;
    // `close` comes once for every request, answered or cut off.
    reply.raw.once('close', () => {
      inside -= 1;
    });
  };
}
