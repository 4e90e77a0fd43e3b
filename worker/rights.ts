import { openTransport } from '../activities/kubernetes/client.ts';
import { missingRights } from '../activities/kubernetes/own-rights.ts';
import type { Transport } from '../activities/kubernetes/transport.ts';
import { actionRights, rightsParts } from '../activities/rights-parts.ts';
import type { Config } from '../config/config.ts';
import { missingInWords, type Need, neededRights } from '../domain/analysis/rights.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { MendflowError } from '../domain/run/errors.ts';
import type { Logger } from '../telemetry/log.ts';
import { switchesOf } from './guard-limits.ts';

type Needing = Pick<Config, 'guard' | 'policies'>;

/** The rights that the configuration and the policies in force need. */
export function rightsOf(config: Needing, policies: readonly Policy[]): Need[] {
  const { mode, configMap } = switchesOf(config);
  const { base, nodes, pause, policies: source } = rightsParts;
  return neededRights({
    ...{ policies, mode, base, nodes, actions: actionRights },
    ...(configMap && { pause: { ...pause, namespace: configMap.namespace, object: configMap.name } }),
    ...(config.policies.source === 'crd' && { source }),
  });
}

/**
 * Compares the rights that we have with those that we need, and says in the log what is missing and which file grants it.
 * Nothing waits for it: what is missing is refused by the API server all the same, with its reason in the run.
 */
export async function tellMissingRights(
  transport: Pick<Transport, 'json'>,
  needs: readonly Need[],
  log: Pick<Logger, 'warn' | 'info'>,
): Promise<void> {
  try {
    const missing = await missingRights(transport, needs);
    if (missing.length === 0) return log.info({ count: needs.length }, 'the cluster grants every right that is needed');
    const detail = missingInWords(missing).join('\n');
    log.warn({ count: missing.length, detail }, 'the cluster does not grant rights that the policies need');
  } catch (error) {
    const code = error instanceof MendflowError ? error.code : 'INTERNAL';
    log.warn({ err: error, code }, 'it cannot be known which rights the cluster grants');
  }
}

/** The same at start-up, over connections of its own. */
export async function checkRights(config: Config, policies: readonly Policy[], log: Logger): Promise<void> {
  const { kubeconfig, context } = config.kubernetes;
  const api = openTransport({ ...(kubeconfig && { kubeconfig }), ...(context && { context }) });
  await tellMissingRights(api.transport, rightsOf(config, policies), log);
  await api.close();
}
