import { type Client, isGrpcServiceError, ServiceError } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import { MendflowError } from '../../domain/run/errors.ts';

/** gRPC status codes that we tell apart. */
const grpc = { invalidArgument: 3, deadlineExceeded: 4, resourceExhausted: 8 } as const;

/**
 * Calls Temporal with a deadline. A server that refuses, is silent or not set up gives TEMPORAL_UNAVAILABLE, one that is
 * busy OVERLOADED; what a workflow itself answers is thrown as it is. `what` names the call in the error.
 */
export async function call<T>(client: Client, deadlineMs: number, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await client.withDeadline(Date.now() + deadlineMs, work);
  } catch (cause) {
    if (cause instanceof NamespaceNotFoundError) {
      throw new MendflowError('TEMPORAL_UNAVAILABLE', `${what}: there is no namespace ${cause.namespace}`, { cause });
    }
    const source = cause instanceof ServiceError ? (cause.cause ?? cause) : cause;
    if (!isGrpcServiceError(source)) throw cause;
    if (source.code === grpc.resourceExhausted) {
      throw new MendflowError('OVERLOADED', `${what}: Temporal limits us: ${source.details}`, { cause });
    }
    const why = source.code === grpc.deadlineExceeded ? `no answer within ${deadlineMs} ms` : source.details;
    throw new MendflowError('TEMPORAL_UNAVAILABLE', `${what}: ${why}`, { cause });
  }
}

/** Did the server refuse a signal because the run, which is running, has had as many as it may? */
export function isFullOfSignals(error: unknown): boolean {
  const cause = error instanceof MendflowError ? error.cause : undefined;
  const source = cause instanceof ServiceError ? cause.cause : cause;
  return isGrpcServiceError(source) && source.code === grpc.invalidArgument && /limit for signal/.test(source.details);
}
