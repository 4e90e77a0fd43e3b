import type { AddressInfo, Server } from 'node:net';
import { hostname } from 'node:os';
import type { Config } from '../config/config.ts';
import { guardLimits } from '../config/guard-limits.ts';
import { installationOf } from '../config/installation.ts';
import { fallbackInWords } from '../config/receiver-names.ts';
import { MendflowError } from '../domain/run/errors.ts';
import { keyMissing } from '../domain/run/signing.ts';
import { createLogger } from '../telemetry/log.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { buildApp } from './app.ts';
import { bodyLimits } from './limits.ts';
import type { LintPort, ReadinessCheck } from './ports.ts';
import { createProbes } from './probes.ts';
import { temporalPorts } from './temporal/index.ts';

/** A listening api; `close` stops taking connections, lets answers in hand finish, and lets go of Temporal. */
export interface RunningApi {
  /** Where it listens, with the port the system chose where the configuration says 0. */
  url: string;
  /** Where /livez, /readyz and /metrics are served whatever happens to the api's own connections. */
  probeUrl: string;
  close(): Promise<void>;
}

/** Starts the api, which lints by this port. It listens while Temporal is down too: deliveries are answered 503 and /readyz says why. */
export async function startApi(config: Config, lint: LintPort): Promise<RunningApi> {
  const logger = createLogger({ level: config.log.level, name: 'api' });
  const identity = `mendflow-api@${hostname()}`;
  const ports = temporalPorts(
    { ...config.temporal, identity },
    {
      cluster: config.cluster.name,
      keys: config.approval.key,
      installation: installationOf(config),
      now: Date.now,
    },
  );
  await refuseForeign(ports.readiness, ports.close);
  const app = await buildApp({
    ...ports,
    cluster: config.cluster.name,
    guardLimits: guardLimits(config),
    lint,
    readiness: [...ports.readiness, receiversCheck(config), signingKeyCheck(config)],
    metrics: createMetrics(),
    logger,
    now: Date.now,
    tokens: {
      intake: config.api.intakeTokens,
      people: config.api.tokens,
      allowAnonymous: config.api.allowAnonymous,
    },
    limits: {
      ...bodyLimits({ limitBytes: config.api.bodyLimit, budgetBytes: config.api.bodyBudget }),
      maxConnections: config.api.maxConnections,
      maxConnectionsPerPeer: config.api.maxConnectionsPerPeer,
    },
  });
  const probes = createProbes(app);
  const close = async () => {
    await app.close();
    await new Promise((resolve) => probes.close(resolve));
    await ports.close();
  };
  try {
    const { host, port, probePort } = config.api;
    const url = await app.listen({ host, port });
    return { url, probeUrl: await listen(probes, host, probePort), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Whether approvals, resume and reset can be signed, and so whether anything that acts is done. */
function signingKeyCheck({ approval }: Config): ReadinessCheck {
  const [first, ...others] = approval.key;
  const result =
    first === undefined
      ? ({ isOk: true, isWarning: true, detail: `no action is taken: ${keyMissing}` } as const)
      : { isOk: true, detail: `${first.id} signs${others.length > 0 ? `, ${others.length} more verify` : ''}` };
  return { name: 'signing key', run: async () => result };
}

/** In a namespace where another installation works, nothing is taken; where Temporal cannot be asked now, /readyz asks on. */
async function refuseForeign(checks: readonly ReadinessCheck[], close: () => Promise<void>): Promise<void> {
  const result = await checks.find(({ name }) => name === 'installation')?.run();
  if (result === undefined || result.isOk || result.code !== 'FOREIGN_NAMESPACE') return;
  await close();
  throw new MendflowError('FOREIGN_NAMESPACE', result.detail);
}

/** Whether anybody is told when a policy names no receiver. */
function receiversCheck({ receivers }: Config): ReadinessCheck {
  const detail = fallbackInWords(receivers);
  const result = { isOk: true, ...(receivers.length === 0 && { isWarning: true as const }), detail };
  return { name: 'receivers', run: async () => result };
}

/** Resolves with the URL; rejects where the port is taken. */
async function listen(server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, resolve);
  });
  const { address, family, port: taken } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`;
}
