import { openTransport } from '../activities/kubernetes/client.ts';
import { tellMissingRights } from '../activities/kubernetes/own-rights.ts';
import { actionRights, rightsParts } from '../activities/rights-parts.ts';
import type { Config } from '../config/config.ts';
import { type Need, neededRights } from '../domain/analysis/rights.ts';
import type { Policy } from '../domain/policy/policy.ts';
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

/** Says at start-up which of them the cluster does not grant, over connections of its own. */
export async function checkRights(config: Config, policies: readonly Policy[], log: Logger): Promise<void> {
  const { kubeconfig, context } = config.kubernetes;
  const api = openTransport({ ...(kubeconfig && { kubeconfig }), ...(context && { context }) });
  await tellMissingRights(api.transport, { needs: rightsOf(config, policies), whoNeeds: 'the policies need' }, log);
  await api.close();
}
