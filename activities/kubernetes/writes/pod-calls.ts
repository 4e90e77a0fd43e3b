import { MendflowError, replacedError } from '../../../domain/run/errors.ts';
import type { ObjectRef } from '../../../domain/target/target.ts';
import { core } from '../paths.ts';
import type { Cluster } from '../port.ts';
import type { RawPod } from '../raw.ts';
import { path, type Transport } from '../transport.ts';

const deadlineMs = 9_000;

/** Calls into pods, through the API server's proxy. */
export function podCalls(transport: Transport): Pick<Cluster, 'callPod'> {
  const readSame = async ({ namespace, name, uid }: ObjectRef) => {
    const raw = await transport.json<RawPod>({ method: 'GET', path: core(namespace, 'pods', name) });
    if (raw.metadata?.uid === uid) return;
    throw replacedError(`Pod ${namespace}/${name}`);
  };
  return {
    async callPod(pod, call) {
      await readSame(pod);
      const segments = call.path.split('/').filter((segment) => segment !== '');
      const proxied = path(core(pod.namespace, 'pods', `${pod.name}:${call.port}`, 'proxy'), ...segments);
      try {
        const headers = { 'idempotency-key': call.key };
        await transport.text({ method: call.method, path: proxied, headers, deadlineMs, isThroughNode: true });
        return true;
      } catch (error) {
        const { code, message } = error as MendflowError;
        if (code === 'CONFLICT') return false;
        if (code === 'TARGET_GONE') await readSame(pod);
        // The pod is there, so that the no is its own.
        if (!ofCluster.includes(code)) throw new MendflowError('STEP_FAILED', message);
        throw error;
      }
    },
  };
}

const ofCluster: readonly string[] = ['PERMISSION_DENIED', 'RATE_LIMITED', 'CLUSTER_UNAVAILABLE'];
