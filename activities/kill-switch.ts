import type { PolicyMode } from '../domain/policy/mode.ts';
import { pausedByAnnotation, pausedByConfigMap } from '../domain/policy/switches.ts';
import { MendflowError } from '../domain/run/errors.ts';
import type { Cluster, Namespace } from './kubernetes/port.ts';

/** The switches that an operator can throw without Mendflow's own api. */
export interface Switches {
  /** Why everything is paused by configuration; absent: it is not. */
  paused?: string;
  /** A ConfigMap that pauses us by its key `paused`; one that cannot be read pauses us as well. */
  configMap?: { namespace: string; name: string };
  /** No policy does more than this. */
  mode: PolicyMode;
}

export interface SwitchDeps {
  cluster: Pick<Cluster, 'getConfigMap'>;
  switches: Switches;
}

/** Why nothing may be done at all, or undefined. What cannot be read counts as thrown. */
export async function pausedEverywhere({ cluster, switches }: SwitchDeps): Promise<string | undefined> {
  if (switches.paused !== undefined) return `paused by configuration: ${switches.paused}`;
  if (switches.configMap === undefined) return undefined;
  const { namespace, name } = switches.configMap;
  const label = `${namespace}/${name}`;
  try {
    return pausedByConfigMap(await cluster.getConfigMap(namespace, name), label);
  } catch (error) {
    if (!(error instanceof MendflowError)) throw error;
    return `the ConfigMap ${label}, which can pause us, cannot be read: ${error.message}`;
  }
}

/** Why nothing may be done in the namespace, or to the workload. */
export function pausedHere(
  { annotations }: Pick<Namespace, 'annotations'>,
  { namespace, workload, nowMs }: { namespace: string; workload?: Record<string, string> | undefined; nowMs: number },
): string | undefined {
  return (
    pausedByAnnotation(annotations, `namespace ${namespace}`, nowMs) ??
    pausedByAnnotation(workload ?? {}, 'the workload', nowMs)
  );
}
