import { z } from 'zod';
import { duration } from '../domain/policy/duration-field.ts';
import { derivedKeyId, type SigningKey } from '../domain/run/signing.ts';
import { kubernetesName } from '../domain/text/names.ts';
import { actionsSection } from './actions-schema.ts';
import { anyHttpUrl, bytes, field, flag, httpUrl, items, port, wholeNumber } from './field.ts';
import { guardSection } from './guard-schema.ts';
import { type SecretSources, secret, secretList } from './secret.ts';
import { intakeTokens, namedTokens } from './tokens.ts';
import { watcherSection } from './watcher-section.ts';

const shortestKey = 32;

const slackApi = 'https://slack.com/api/chat.postMessage';

/** `id:secret`, or a secret alone, whose id is derived from it. */
const signingKeys = (sources: SecretSources) =>
  secretList(sources).transform((entries, context): SigningKey[] => {
    const refuse = (message: string) => context.issues.push({ code: 'custom', input: undefined, message });
    const keys = entries.map((entry) => {
      const [, id = derivedKeyId(entry), key = entry] = /^([A-Za-z0-9._-]{1,32}):(.+)$/.exec(entry) ?? [];
      if (key.length < shortestKey) refuse(`an approval key has at least ${shortestKey} characters`);
      return { id, secret: key };
    });
    if (new Set(keys.map(({ id }) => id)).size < keys.length) refuse('each approval key has an id of its own');
    return keys;
  });

const temporal = (sources: SecretSources) =>
  z.strictObject({
    address: field(z.string().min(1).default('127.0.0.1:7233'), 'Host and port of the Temporal frontend.', {
      env: 'TEMPORAL_ADDRESS',
    }),
    namespace: field(z.string().min(1).default('default'), 'Temporal namespace.', { env: 'TEMPORAL_NAMESPACE' }),
    apiKey: field(secret(sources).optional(), 'API key for Temporal; needs TLS.', {
      env: 'TEMPORAL_API_KEY',
      isSecret: true,
    }),
    tls: field(z.boolean().default(false), 'Speak TLS to Temporal.', { env: 'TEMPORAL_TLS', fromText: flag }),
    uiUrl: field(httpUrl().optional(), 'Temporal’s Web UI, for links in messages.', {
      env: 'MENDFLOW_TEMPORAL_UI_URL',
    }),
  });

const api = (sources: SecretSources) =>
  z.strictObject({
    host: field(z.string().min(1).default('127.0.0.1'), 'Address the api listens on.', { env: 'MENDFLOW_API_HOST' }),
    port: field(port().default(8080), 'Port the api listens on; 0 = any free one.', {
      env: 'MENDFLOW_API_PORT',
      fromText: wholeNumber,
    }),
    probePort: field(
      port().default(8083),
      'Port of /livez, /readyz and /metrics alone, so that a flood of connections on `port` cannot make the api look dead; let only probes and Prometheus reach it. 0 = any free one.',
      { env: 'MENDFLOW_API_PROBE_PORT', fromText: wholeNumber },
    ),
    url: field(httpUrl().optional(), 'Where people reach the api, for links; default http://<host>:<port>.', {
      env: 'MENDFLOW_API_URL',
    }),
    bodyLimit: field(bytes().prefault('4MiB'), 'Largest body taken; a larger delivery is lost.', {
      env: 'MENDFLOW_API_BODY_LIMIT',
      fromText: wholeNumber,
    }),
    bodyBudget: field(
      bytes().prefault('8MiB'),
      'Bytes of all deliveries held at once, at least twice bodyLimit; further ones are answered 503 and come again. The default fits a heap of 128 MB; a larger one needs about eight times as much heap.',
      { env: 'MENDFLOW_API_BODY_BUDGET', fromText: wholeNumber },
    ),
    maxConnections: field(z.int().min(1).default(1_000), 'Connections held at once; further ones are closed.', {
      env: 'MENDFLOW_API_MAX_CONNECTIONS',
      fromText: wholeNumber,
    }),
    maxConnectionsPerPeer: field(
      z.int().min(1).default(200),
      'Connections of one address; further ones are closed. Behind a proxy all have its address: set it to maxConnections there.',
      { env: 'MENDFLOW_API_MAX_CONNECTIONS_PER_PEER', fromText: wholeNumber },
    ),
    intakeTokens: field(
      intakeTokens(sources).default([]),
      'Bearer tokens that may deliver alerts, each name=token, or name@cluster+cluster=token where its alerts may speak of other clusters than cluster.name; several for rotation.',
      {
        env: 'MENDFLOW_INTAKE_TOKENS',
        isSecret: true,
      },
    ),
    tokens: field(
      namedTokens(sources).default([]),
      'Bearer tokens of people, each name=token; the name is who answers.',
      {
        env: 'MENDFLOW_API_TOKENS',
        isSecret: true,
      },
    ),
    allowAnonymous: field(z.boolean().default(false), 'Serve without any token; for a closed test bed only.', {
      env: 'MENDFLOW_API_ALLOW_ANONYMOUS',
      fromText: flag,
    }),
  });

const worker = z.strictObject({
  roles: field(
    z
      .array(z.enum(['hub', 'cluster']))
      .min(1)
      .default(['hub', 'cluster']),
    'hub: workflows and notifications; cluster: the activities of cluster.name.',
    { env: 'MENDFLOW_WORKER_ROLES', fromText: items },
  ),
  host: field(z.string().min(1).default('127.0.0.1'), 'Address of /livez, /readyz and /metrics.', {
    env: 'MENDFLOW_WORKER_HOST',
  }),
  port: field(port().default(8081), 'Port of /livez, /readyz and /metrics; 0 = any free one.', {
    env: 'MENDFLOW_WORKER_PORT',
    fromText: wholeNumber,
  }),
  maxCachedWorkflows: field(
    z.int().min(2).default(500),
    'Runs kept in memory; others are replayed from their history when something happens to them.',
    {
      env: 'MENDFLOW_WORKER_MAX_CACHED_WORKFLOWS',
      fromText: wholeNumber,
    },
  ),
  shutdownGraceTime: field(
    duration({ max: '10m' }).prefault('25s'),
    'How long activities may take to finish at shutdown.',
    {
      env: 'MENDFLOW_WORKER_SHUTDOWN_GRACE_TIME',
    },
  ),
  deployment: z
    .strictObject({
      name: field(
        z
          .string()
          .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'must be a name such as mendflow')
          .optional(),
        'Temporal Worker Deployment of the hub workers, together with buildId: runs then end with the build that they began with. Off by default; see docs/upgrading.md first.',
        { env: 'MENDFLOW_WORKER_DEPLOYMENT' },
      ),
      buildId: field(
        z
          .string()
          .regex(/^[A-Za-z0-9][-A-Za-z0-9._]{0,127}$/, 'must be a version such as v0.2.0')
          .optional(),
        'Build of this worker in that deployment; another one for every release.',
        { env: 'MENDFLOW_WORKER_BUILD_ID' },
      ),
    })
    .prefault({}),
});

const webAddress = (sources: SecretSources, fixed?: string) => {
  const address = secret(sources).pipe(anyHttpUrl());
  const where = 'Where messages are sent: text, { env } or { file }.';
  if (fixed === undefined) return address.describe(`${where} Whoever has the URL of a chat’s webhook can write there.`);
  return address.default(fixed).describe(`${where} Left out: ${fixed}.`);
};

/** Each kind of receiver with what it needs; the fields that all have come first. */
const receiver = (sources: SecretSources) => {
  const common = <Type extends string>(type: Type) => ({
    name: z.string().regex(kubernetesName, 'must be a name such as oncall-chat').describe('The name policies use.'),
    type: z.literal(type).describe('How messages are sent.'),
    fallback: z
      .boolean()
      .default(false)
      .describe(
        'Gets what no policy addresses (storms, outages, and questions for which the policy names nobody) and what another receiver refuses. If no receiver is marked, the first one gets it.',
      ),
    allowPrivateNetwork: z.boolean().default(false).describe('Allow loopback, link-local and private addresses.'),
  });
  const key = (what: string) => secret(sources).describe(what);
  return z.discriminatedUnion('type', [
    z.strictObject({
      ...common('webhook'),
      url: webAddress(sources),
      secret: key('Key that signs each message.').optional(),
    }),
    z
      .strictObject({
        ...common('slack'),
        url: webAddress(sources, slackApi),
        secret: key('Token of the bot (xoxb-…), with the right chat:write.').optional(),
        channel: z
          .string()
          .min(1)
          .max(100)
          .optional()
          .describe('Id of the channel in which the bot writes, such as C0123456789; needed with secret.'),
      })
      .refine(({ url, secret, channel }) => (secret === undefined ? url !== slackApi : channel !== undefined), {
        message: 'needs secret and channel (a bot), or url alone (an incoming webhook)',
      }),
    z.strictObject({ ...common('discord'), url: webAddress(sources) }),
    z.strictObject({ ...common('teams'), url: webAddress(sources) }),
    z.strictObject({
      ...common('pagerduty'),
      url: webAddress(sources, 'https://events.pagerduty.com/v2/enqueue'),
      secret: key('Integration key of the service (Events API v2).'),
    }),
    z.strictObject({
      ...common('jiraOperations'),
      url: webAddress(sources, 'https://api.atlassian.com/jsm/ops/integration/v2/alerts'),
      secret: key('Key of the API integration.'),
    }),
  ]);
};

const approval = (sources: SecretSources) =>
  z.strictObject({
    key: field(
      signingKeys(sources).default([]),
      'Keys that api and workers share, each a secret or id:secret; the first signs, all verify. Without one nothing acts.',
      { env: 'MENDFLOW_APPROVAL_KEY', isSecret: true },
    ),
  });

const cluster = z.strictObject({
  name: field(
    z.string().regex(kubernetesName, 'must be a name such as prod-eu-1').max(63).default('default'),
    'The cluster that alerts without a cluster label speak of.',
    { env: 'MENDFLOW_CLUSTER' },
  ),
});

const installation = z.strictObject({
  name: field(
    z.string().regex(kubernetesName, 'must be a name such as company').max(63).optional(),
    'Name of the whole installation, the same for all its apis and workers; default cluster.name. Two installations need two Temporal namespaces.',
    { env: 'MENDFLOW_INSTALLATION' },
  ),
});

/** Every field of the configuration, declared once: type, default, description, variable, secrecy. Unknown fields are errors. */
export function configSchema(sources: SecretSources) {
  return z.strictObject({
    installation: installation.prefault({}),
    cluster: cluster.prefault({}),
    temporal: temporal(sources).prefault({}),
    api: api(sources).prefault({}),
    worker: worker.prefault({}),
    watcher: watcherSection(sources).prefault({}),
    kubernetes: z
      .strictObject({
        kubeconfig: field(z.string().min(1).optional(), 'kubeconfig file; without it, the pod’s service account.', {
          env: 'KUBECONFIG',
        }),
        context: field(z.string().min(1).optional(), 'Context of the kubeconfig; default its current one.', {
          env: 'MENDFLOW_KUBE_CONTEXT',
        }),
      })
      .prefault({}),
    policies: z
      .strictObject({
        source: field(
          z.enum(['files', 'crd']).default('files'),
          'Where policies come from: files of a folder, or RemediationPolicy objects of the cluster.',
          { env: 'MENDFLOW_POLICY_SOURCE' },
        ),
        folder: field(z.string().min(1).default('./policies'), 'Folder of policy files, read again when they change.', {
          env: 'MENDFLOW_POLICIES',
        }),
      })
      .prefault({}),
    prometheus: z
      .strictObject({
        url: field(httpUrl().optional(), 'Prometheus for promql checks; without it such a check cannot pass.', {
          env: 'MENDFLOW_PROMETHEUS_URL',
        }),
      })
      .prefault({}),
    approval: approval(sources).prefault({}),
    guard: guardSection.prefault({}),
    actions: actionsSection(sources).prefault({}),
    receivers: field(z.array(receiver(sources)).max(50).default([]), 'Whom policies can notify; in the file only.', {
      isSecret: true,
    }),
    log: z
      .strictObject({
        level: field(
          z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
          'Least severe log line written.',
          { env: 'MENDFLOW_LOG_LEVEL' },
        ),
      })
      .prefault({}),
  });
}

type Parsed = z.output<ReturnType<typeof configSchema>>;

/** The configuration in force. Durations are milliseconds, sizes bytes, secrets plain text: never log it whole. */
export type Config = Omit<Parsed, 'api'> & { api: Omit<Parsed['api'], 'url'> & { url: string } };

/** A receiver of notifications, with its secret read. */
export type ReceiverConfig = Config['receivers'][number];
