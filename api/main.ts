import { hostname } from 'node:os';
import type { Config } from '../config/config.ts';
import { guardLimits } from '../config/guard-limits.ts';
import { noReceiver } from '../config/receiver-names.ts';
import type { ActionSpec } from '../domain/action.ts';
import { createLogger } from '../telemetry/log.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { buildApp } from './app.ts';
import { bodyLimits } from './limits.ts';
import type { ReadinessCheck } from './ports.ts';
import { temporalPorts } from './temporal.ts';

/** A listening api; `close` stops taking connections, lets answers in hand finish, and lets go of Temporal. */
export interface RunningApi {
  /** Where it listens, with the port the system chose where the configuration says 0. */
  url: string;
  close(): Promise<void>;
}

/** Starts the api, for policies of these actions. It listens while Temporal is down too: deliveries are answered 503 and /readyz says why. */
export async function startApi(config: Config, actions: readonly ActionSpec[]): Promise<RunningApi> {
  const logger = createLogger({ level: config.log.level, name: 'api' });
  const identity = `mendflow-api@${hostname()}`;
  const ports = temporalPorts(
    { ...config.temporal, identity },
    { cluster: config.cluster.name, keys: config.approval.key, now: Date.now },
  );
  const app = await buildApp({
    ...ports,
    cluster: config.cluster.name,
    guardLimits: guardLimits(config),
    lint: {
      actions,
      receivers: config.receivers.map(({ name }) => name),
      hasFallbackReceiver: config.receivers.some(({ fallback }) => fallback),
    },
    readiness: [...ports.readiness, receiversCheck(config)],
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
    },
  });
  const close = async () => {
    await app.close();
    await ports.close();
  };
  try {
    return { url: await app.listen({ host: config.api.host, port: config.api.port }), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Whether anybody is told when a policy names no receiver. */
function receiversCheck({ receivers }: Config): ReadinessCheck {
  const fallback = receivers.find((receiver) => receiver.fallback);
  const result =
    fallback === undefined
      ? ({ isOk: true, isWarning: true, detail: noReceiver } as const)
      : { isOk: true, detail: `${fallback.name} is told where a policy names no receiver` };
  return { name: 'receivers', run: async () => result };
}
