import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../../telemetry/metrics.ts';

/** Measures every answer and writes one line for it: `debug` where all went well, `info` where it did not. */
export function observeRequests(app: FastifyInstance, metrics: Pick<Metrics, 'httpRequestDuration'>): void {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    const { method } = request;
    const status = reply.statusCode;
    metrics.httpRequestDuration.observe({ method, route, status: String(status) }, reply.elapsedTime / 1_000);
    const level = status < 400 ? 'debug' : 'info';
    request.log[level]({ method, route, status, durationMs: Math.round(reply.elapsedTime) }, 'request answered');
  });
}
