import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';

/** Serves /openapi.json and /docs, generated from the routes' schemas; registered before the routes it describes. */
export async function serveDocs(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Mendflow', description: 'Durable, explainable auto-remediation for Kubernetes.', version: 'v1' },
      tags: [
        { name: 'alerts', description: 'What Alertmanager, Prometheus and Grafana send.' },
        { name: 'remediations', description: 'Runs: what they did and why, and what people tell them.' },
        { name: 'guard', description: 'What limits every run of a cluster.' },
        { name: 'policies', description: 'Tools to check a policy before it acts.' },
        { name: 'health', description: 'For probes and Prometheus.' },
      ],
      components: {
        securitySchemes: {
          intakeToken: { type: 'http', scheme: 'bearer', description: 'A token for deliveries.' },
          personToken: { type: 'http', scheme: 'bearer', description: 'A person’s token; its name is who answers.' },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    theme: {
      title: 'Mendflow API',
      css: [{ filename: 'mendflow.css', content: '.swagger-ui .topbar { display: none }' }],
    },
    staticCSP: {
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self' 'unsafe-inline'",
      'img-src': "'self' data:",
      'connect-src': "'self'",
      'frame-ancestors': "'none'",
    },
  });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}
