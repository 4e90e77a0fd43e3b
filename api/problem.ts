import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { type ErrorCode, errors, MendflowError } from '../domain/run/errors.ts';
import { safeLine } from '../domain/text/plain-text.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Code for a body or query that does not fit; INVALID_REQUEST where nothing is said. */
    invalid?: ErrorCode;
    /** The answer is what was recorded, to be matched again; it is not made safe to be shown. */
    isExact?: boolean;
  }
}

/** RFC 9457 problem document: `code` of the catalogue, `detail` says what and where, `fix` what to do. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: ErrorCode;
  detail: string;
  fix: string;
  /** The path that was asked for. */
  instance: string;
  /** Every field that does not fit. */
  fields?: { field: string; message: string }[];
}

const retryAfterMs = 5_000;

const codeOf: Record<string, ErrorCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_NOT_FOUND: 'NOT_FOUND',
  FST_UNDER_PRESSURE: 'OVERLOADED',
};

/** The problem document of a code. */
export function problem(code: ErrorCode, detail: string, instance: string): Problem {
  const { title, http, fix } = errors[code];
  const type = `urn:mendflow:error:${code}`;
  return { type, title, status: http, code, detail: safeLine(detail), fix, instance: safeLine(instance) };
}

/** The problem document of anything thrown. A fault of our own says nothing of the inside: the log has it. */
export function problemOf(error: FastifyError | MendflowError, request: FastifyRequest): Problem {
  const { instance, invalid } = { instance: pathOf(request), invalid: request.routeOptions.config.invalid };
  if (error instanceof MendflowError) return problem(error.code, error.message, instance);
  if (hasZodFastifySchemaValidationErrors(error)) {
    const where = error.validationContext ?? 'request';
    const fields = error.validation.map(({ instancePath, message }) => ({
      field: [where, ...instancePath.split('/').filter((part) => part !== '')].join('.'),
      message: message ?? 'does not fit',
    }));
    const detail = fields.map(({ field, message }) => `${field}: ${message}`).join('; ');
    return { ...problem(invalid ?? 'INVALID_REQUEST', detail, instance), fields };
  }
  const known = codeOf[error.code];
  if (known !== undefined) return problem(known, error.message, instance);
  const isCallers = error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500;
  if (isCallers) return problem(invalid ?? 'INVALID_REQUEST', error.message, instance);
  return problem('INTERNAL', `The log of the api has the cause, under request ${request.id}.`, instance);
}

/** Answers with a problem document, and with the headers that its code calls for. */
export function sendProblem(reply: FastifyReply, document: Problem, waitMs = retryAfterMs): FastifyReply {
  if (document.status === 503) reply.header('retry-after', Math.ceil(waitMs / 1_000));
  if (document.status === 401) reply.header('www-authenticate', 'Bearer realm="mendflow"');
  // What is left of a refused body is not worth reading.
  if (document.status === 401 || document.status === 413) reply.header('connection', 'close');
  return reply.code(document.status).type('application/problem+json').serializer(JSON.stringify).send(document);
}

/** Makes every error of the app a problem document. */
export function answerWithProblems(app: FastifyInstance): void {
  app.setErrorHandler<FastifyError | MendflowError>((error, request, reply) => {
    const document = problemOf(error, request);
    if (document.status >= 500) {
      const level = document.code === 'INTERNAL' ? 'error' : 'warn';
      request.log[level]({ err: error, code: document.code }, 'request failed');
    }
    return sendProblem(reply, document, error instanceof MendflowError ? error.retryAfterMs : undefined);
  });
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, problem('NOT_FOUND', `There is no ${request.method} ${pathOf(request)}.`, pathOf(request))),
  );
}

const pathOf = (request: FastifyRequest) => request.url.split('?', 1)[0] ?? request.url;
