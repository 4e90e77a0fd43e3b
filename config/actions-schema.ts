import { z } from 'zod';
import { kubernetesName } from '../domain/text/names.ts';
import { anyHttpUrl, field, httpUrl, items } from './field.ts';
import { type SecretSources, secret } from './secret.ts';

const endpoint = (sources: SecretSources) =>
  z.strictObject({
    name: z.string().regex(kubernetesName, 'must be a name such as flush-queues').describe('The name policies use.'),
    url: anyHttpUrl().describe('Where it is called.'),
    secret: secret(sources).optional().describe('Key that signs each call.'),
    headers: z
      .record(z.string().regex(/^[A-Za-z0-9-]{1,100}$/, 'must be the name of a header'), secret(sources))
      .default({})
      .describe('Further headers, such as Authorization.'),
    allowPrivateNetwork: z.boolean().default(false).describe('Allow loopback, link-local and private addresses.'),
  });

const podPath = z
  .string()
  .max(500)
  .regex(/^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._~-]+)+$/, 'must be a plain path such as /cache/clear');

/** What actions may reach beside the cluster; nothing, until the operator names it. */
export const actionsSection = (sources: SecretSources) =>
  z.strictObject({
    endpoints: field(
      z
        .array(endpoint(sources))
        .max(50)
        .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'each endpoint has its own name')
        .default([]),
      'Endpoints that httpCall may call, each with name, url, secret, headers and allowPrivateNetwork; in the file only.',
      { isSecret: true },
    ),
    alertmanager: z
      .strictObject({
        url: field(httpUrl().optional(), 'Alertmanager in which silenceAlert makes silences.', {
          env: 'MENDFLOW_ALERTMANAGER_URL',
        }),
      })
      .prefault({}),
    clearCache: z
      .strictObject({
        paths: field(z.array(podPath).max(50).default([]), 'HTTP paths of pods that clearCache may call.', {
          env: 'MENDFLOW_CLEAR_CACHE_PATHS',
          fromText: items,
        }),
      })
      .prefault({}),
  });
