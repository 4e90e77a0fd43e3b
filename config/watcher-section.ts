import { z } from 'zod';
import { watchedFaults } from '../domain/faults/index.ts';
import { duration } from '../domain/policy/duration-field.ts';
import { kubernetesName } from '../domain/text/names.ts';
import { field, httpUrl, items, port, wholeNumber } from './field.ts';
import { type SecretSources, secret } from './secret.ts';

const names = watchedFaults.map(({ name }) => name);
const selector = () => z.string().min(1).max(1_000);

/** The watcher's part of the configuration. */
export const watcherSection = (sources: SecretSources) =>
  z.strictObject({
    host: field(z.string().min(1).default('127.0.0.1'), 'Address of /livez, /readyz and /metrics.', {
      env: 'MENDFLOW_WATCHER_HOST',
    }),
    port: field(port().default(8082), 'Port of /livez, /readyz and /metrics; 0 = any free one.', {
      env: 'MENDFLOW_WATCHER_PORT',
      fromText: wholeNumber,
    }),
    intakeUrl: field(httpUrl().optional(), 'The api to which faults are posted; default api.url.', {
      env: 'MENDFLOW_WATCHER_INTAKE_URL',
    }),
    token: field(secret(sources).optional(), 'Bearer token for the intake; default the first of api.intakeTokens.', {
      env: 'MENDFLOW_WATCHER_TOKEN',
      isSecret: true,
    }),
    namespaces: field(
      z.array(z.string().max(63).regex(kubernetesName, 'must be a namespace name')).max(50).default([]),
      'Namespaces whose pods, Deployments and Jobs are watched, each by a watch of its own; none: all, in one watch.',
      { env: 'MENDFLOW_WATCHER_NAMESPACES', fromText: items },
    ),
    selector: field(selector().optional(), 'Label selector of the pods, Deployments and Jobs that are watched.', {
      env: 'MENDFLOW_WATCHER_SELECTOR',
    }),
    nodeSelector: field(selector().optional(), 'Label selector of the nodes that are watched.', {
      env: 'MENDFLOW_WATCHER_NODE_SELECTOR',
    }),
    faults: field(
      z.array(z.enum(names)).min(1).default(names),
      'Failure classes that are reported; what no class needs is not watched.',
      { env: 'MENDFLOW_WATCHER_FAULTS', fromText: items },
    ),
    tolerance: field(
      duration({ min: '0s', max: '1h' }).optional(),
      'A fault must show for so long before it is reported; default each class’s own time.',
      { env: 'MENDFLOW_WATCHER_TOLERANCE' },
    ),
    repeatEvery: field(
      duration({ min: '1m', max: '24h' }).prefault('1h'),
      'A fault that lasts is reported again, so that a run that was lost starts again.',
      { env: 'MENDFLOW_WATCHER_REPEAT_EVERY' },
    ),
  });
