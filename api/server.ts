import type { Socket } from 'node:net';
import { type FastifyBaseLogger, type FastifyHttpOptions, LogController, type RawServerDefault } from 'fastify';
import type { ApiLimits } from './ports.ts';
import { problem, sendProblem } from './problem.ts';

const badRequest: Record<string, string> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'The request did not arrive in time.',
  HPE_HEADER_OVERFLOW: 'The headers are too large.',
};

/** Options of the HTTP server: a slow or half-sent request is closed, and nothing is read beyond the limits. */
export function serverOptions(limits: ApiLimits, logger: FastifyBaseLogger): FastifyHttpOptions<RawServerDefault> {
  return {
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    bodyLimit: limits.bodyLimitBytes,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    http: {
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: limits.connectionsCheckingIntervalMs,
    },
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 1_024 },
    clientErrorHandler: (error, socket) => refuse(error.code, socket),
    frameworkErrors: (error, request, reply) => {
      sendProblem(reply, problem('INVALID_REQUEST', error.message, request.url.slice(0, 200)));
    },
  };
}

/** Node's parser gave up before there was a request to answer, so the answer is written by hand. */
function refuse(code: string, socket: Socket): void {
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(problem('INVALID_REQUEST', badRequest[code] ?? 'This is not HTTP.', '/'));
  socket.end(
    `HTTP/1.1 ${code === 'ERR_HTTP_REQUEST_TIMEOUT' ? '408 Request Timeout' : '400 Bad Request'}\r\nConnection: close\r\n` +
      `Content-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
