import { readFileSync } from 'node:fs';
import type { Config } from '../../config/config.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { readSnapshot, type Snapshot } from '../../simulation/simulate/snapshot.ts';
import { switchesOf } from '../../worker/guard-limits.ts';

type Switches = ReturnType<typeof switchesOf>;

/** Where the cluster is copied from. */
export interface SnapshotOptions {
  snapshot?: string;
  kubeconfig?: string;
  context?: string;
  /** When the snapshot was taken, Unix ms. */
  at?: number;
}

/** A copy of the cluster, where it comes from in words, and the switches that are known there. */
export interface CopiedCluster {
  snapshot: Snapshot;
  source: string;
  switches: Switches;
}

/**
 * Reads the file, or the live cluster as far as the alerts are about it. Throws INVALID_REQUEST for a file that is no
 * snapshot, INVALID_CONFIG without a kubeconfig, and fails as reading the cluster does.
 */
export async function snapshotFor(
  config: Config,
  alerts: readonly { labels: Record<string, string> }[],
  { snapshot: file, kubeconfig, context, at, nowMs }: SnapshotOptions & { nowMs: number },
): Promise<CopiedCluster> {
  const switches = switchesOf(config);
  if (file !== undefined) {
    const snapshot = readSnapshot(file, textOf(file), at);
    return { snapshot, source: `the snapshot ${file}`, switches: knownSwitches(switches, snapshot) };
  }
  if (at !== undefined)
    throw new MendflowError('INVALID_REQUEST', '--at goes with --snapshot; a live cluster is as it is now');
  const { captureCluster } = await import('../../simulation/simulate/capture-cluster.ts');
  const access = {
    kubeconfig: kubeconfig ?? config.kubernetes.kubeconfig,
    context: context ?? config.kubernetes.context,
  };
  const view = { alerts: alerts.map(({ labels }) => labels), atMs: nowMs, ...configMapOf(switches) };
  const snapshot = await captureCluster(access, view);
  return { snapshot, source: `the live cluster${access.context ? ` of context ${access.context}` : ''}`, switches };
}

const configMapOf = ({ configMap }: Switches) => (configMap === undefined ? {} : { configMap });

/** A ConfigMap that the snapshot does not hold pauses nothing; that it was not seen is said. */
function knownSwitches({ configMap, ...switches }: Switches, { configMaps, unseen }: Snapshot): Switches {
  if (configMap === undefined) return switches;
  const key = `${configMap.namespace}/${configMap.name}`;
  if (configMaps.has(key)) return { ...switches, configMap };
  unseen.push(`the ConfigMap ${key}, which can pause us`);
  return switches;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new MendflowError('INVALID_REQUEST', `${file}: cannot be read (${code})`);
  }
}
