import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type ErrorCode, MendflowError } from '../../domain/run/errors.ts';
import { createBodyBudget, type Held } from '../intake/body-budget.ts';
import { readDelivery } from '../intake/delivery-body.ts';
import { createSenderRate } from '../intake/sender-rate.ts';
import type { ApiDeps, ApiLimits } from '../ports.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What a delivery holds of the budget over all of them. */
    held: Held | undefined;
  }
}

type BodyLimits = Pick<
  ApiLimits,
  'bodyLimitBytes' | 'maxBodyValues' | 'bodyBudgetBytes' | 'bodyBudgetValues' | 'maxDeliveries' | 'senderRate'
>;

/**
 * Reads the bodies of this scope as deliveries, within the limit of one body, the budget of all and the rate of their
 * sender. What does not fit is refused before it is read where its length is known, and as it arrives where it is not:
 * 413 for one that never fits, 503 for one that fits later.
 */
export function readDeliveries(
  app: FastifyInstance,
  limits: BodyLimits,
  { tokens: { intake }, now }: Pick<ApiDeps, 'tokens' | 'now'>,
  refused: (code: ErrorCode) => void,
): void {
  const rate = createSenderRate(limits.senderRate, now);
  const budget = createBodyBudget(
    { deliveries: limits.maxDeliveries, bytes: limits.bodyBudgetBytes, values: limits.bodyBudgetValues },
    new Set(intake.map(({ name }) => name)).size,
  );
  app.decorateRequest('held', undefined);

  app.addHook('onRequest', async (request, reply) => {
    rate.admit(senderOf(request));
    const held = budget(senderOf(request));
    // `close` comes once for every request, answered or cut off.
    reply.raw.once('close', held.release);
    held.take('deliveries', 1);
    const declared = Number(request.headers['content-length'] ?? 0);
    refuseBeyond(limits.bodyLimitBytes, declared);
    held.take('bytes', declared);
    request.held = held;
  });

  // Alertmanager never sends a 4xx again: what was refused whole is lost, so it must be seen.
  app.addHook('onError', async (request, _reply, error) => {
    if (error instanceof MendflowError && lost.includes(error.code)) {
      refused(error.code);
      request.log.warn({ code: error.code, sender: request.sender?.name, detail: error.message }, 'a delivery is lost');
    }
  });

  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', async (request: FastifyRequest, payload: IncomingMessage) => {
    const { held } = request;
    if (held === undefined) throw new TypeError('a delivery is read before it was admitted');
    const bytes = await collect(payload, (size) => {
      refuseBeyond(limits.bodyLimitBytes, size);
      held.takeUpTo('bytes', size);
    });
    const delivery = readDelivery(bytes);
    rate.count(senderOf(request), delivery.count);
    if (delivery.values > limits.maxBodyValues) {
      const detail = `The body holds ${delivery.values} values; the limit is ${limits.maxBodyValues}.`;
      throw new MendflowError('BODY_TOO_LARGE', detail);
    }
    held.take('values', delivery.values);
    return delivery;
  });
}

const senderOf = ({ sender }: FastifyRequest) => sender?.name ?? 'anonymous';

/** Codes under which a whole delivery is lost. */
export const lost: readonly ErrorCode[] = ['BODY_TOO_LARGE', 'INVALID_ALERT'];

function refuseBeyond(limitBytes: number, size: number): void {
  if (size > limitBytes) throw new MendflowError('BODY_TOO_LARGE', `The body is larger than ${limitBytes} bytes.`);
}

/** The whole body. Listens instead of iterating, because leaving a loop would end the connection before the answer. */
function collect(payload: IncomingMessage, admit: (size: number) => void): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = (error: unknown) => {
      payload.removeAllListeners('data');
      payload.resume();
      reject(error);
    };
    payload.on('data', (chunk: Buffer) => {
      size += chunk.length;
      try {
        admit(size);
      } catch (error) {
        chunks.length = 0;
        stop(error);
        return;
      }
      chunks.push(chunk);
    });
    payload.once('end', () => resolve(Buffer.concat(chunks, size)));
    payload.once('error', stop);
    payload.once('close', () => stop(new MendflowError('INVALID_ALERT', 'The body was cut off.')));
  });
}
