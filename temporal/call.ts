// Not from the package's index: the simulation imports this file, and needs nothing else of the client.
import { isGrpcServiceError, ServiceError } from '@temporalio/client/lib/errors.js';
import { NamespaceNotFoundError, WorkflowNotFoundError } from '@temporalio/common';
import { MendflowError } from '../domain/run/errors.ts';

/** gRPC status codes that we tell apart. */
const grpc = { invalidArgument: 3, deadlineExceeded: 4, notFound: 5, resourceExhausted: 8 } as const;

/** What Temporal says to a call that names a namespace it does not have. */
const noNamespace = /^Namespace (\S+) is not found/;

/** gRPC ends some sentences with it when there is no note. */
const emptyNote = / Resolution note:\s*$/;

/** Of Temporal's client what a call needs; the simulated Temporal has it, too. */
export interface Deadlines {
  /** Does the work, and rejects with gRPC's DEADLINE_EXCEEDED when it is not done by then, Unix ms. */
  withDeadline<T>(deadline: number, work: () => Promise<T>): Promise<T>;
}

/**
 * Calls Temporal with a deadline. A server that refuses, is silent or not set up gives TEMPORAL_UNAVAILABLE, one that is
 * busy OVERLOADED; what a workflow itself answers is thrown as it is. `what` names the call in the error.
 */
export async function call<T>(client: Deadlines, deadlineMs: number, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await client.withDeadline(Date.now() + deadlineMs, work);
  } catch (cause) {
    const namespace = missingNamespace(cause);
    if (namespace !== undefined) {
      const remedy = `set TEMPORAL_NAMESPACE, or create it: temporal operator namespace create --namespace ${namespace}`;
      const message = `${what}: there is no namespace ${namespace}; ${remedy}`;
      throw new MendflowError('TEMPORAL_UNAVAILABLE', message, { cause });
    }
    const source = cause instanceof ServiceError ? (cause.cause ?? cause) : cause;
    if (!isGrpcServiceError(source)) throw cause;
    if (source.code === grpc.resourceExhausted) {
      throw new MendflowError('OVERLOADED', `${what}: Temporal limits us: ${source.details}`, { cause });
    }
    const details = source.details.replace(emptyNote, '');
    const why = source.code === grpc.deadlineExceeded ? `no answer within ${deadlineMs} ms` : details;
    throw new MendflowError('TEMPORAL_UNAVAILABLE', `${what}: ${why}`, { cause });
  }
}

/** The namespace that the server does not have. The client has an error of its own for it, but for its workflows' calls only. */
function missingNamespace(cause: unknown): string | undefined {
  if (cause instanceof NamespaceNotFoundError) return cause.namespace;
  if (!isGrpcServiceError(cause) || cause.code !== grpc.notFound) return undefined;
  return noNamespace.exec(cause.details)?.[1];
}

/** As `call`, for whoever asks again whatever went wrong: what a workflow itself answers is TEMPORAL_UNAVAILABLE, too. */
export async function reach<T>(
  client: Deadlines,
  deadlineMs: number,
  what: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await call(client, deadlineMs, what, work);
  } catch (cause) {
    if (cause instanceof MendflowError) throw cause;
    const why = cause instanceof WorkflowNotFoundError ? 'it does not run' : (cause as Error).message;
    throw new MendflowError('TEMPORAL_UNAVAILABLE', `${what}: ${why}`, { cause });
  }
}

/** Did the server refuse a signal because the run, which is running, has had as many as it may? */
export function isFullOfSignals(error: unknown): boolean {
  const cause = error instanceof MendflowError ? error.cause : undefined;
  const source = cause instanceof ServiceError ? cause.cause : cause;
  return isGrpcServiceError(source) && source.code === grpc.invalidArgument && /limit for signal/.test(source.details);
}
