import { MendflowError } from '../../../domain/run/errors.ts';
import { mainContainer } from '../../../domain/target/memory-raise.ts';
import { core } from '../paths.ts';
import type { Cluster } from '../port.ts';
import type { RawPod } from '../raw.ts';
import type { Transport } from '../transport.ts';
import { fencedPatch, type Operation, writeQuery } from './fenced-patch.ts';

/** What is done to one pod. */
export function podWrites(transport: Transport): Pick<Cluster, 'evictPod' | 'deletePod' | 'resizePod'> {
  return {
    async evictPod(pod, { gracePeriodSeconds, dryRun }) {
      await transport.text({
        method: 'POST',
        path: core(pod.namespace, 'pods', pod.name, 'eviction'),
        query: writeQuery(dryRun),
        body: {
          apiVersion: 'policy/v1',
          kind: 'Eviction',
          metadata: { name: pod.name, namespace: pod.namespace },
          deleteOptions: deleteOptions(pod.uid, { gracePeriodSeconds, dryRun }),
        },
      });
    },
    async deletePod(pod, options) {
      await transport.text({
        method: 'DELETE',
        path: core(pod.namespace, 'pods', pod.name),
        query: writeQuery(options.dryRun),
        body: { apiVersion: 'v1', kind: 'DeleteOptions', ...deleteOptions(pod.uid, options) },
      });
    },
    async resizePod(pod, { container, to, dryRun }) {
      const { ref } = pod;
      const path = core(ref.namespace, 'pods', ref.name);
      const raw = await transport.json<RawPod>({ method: 'GET', path });
      const index = raw.spec?.containers?.findIndex(({ name }) => name === container) ?? -1;
      const was = mainContainer(pod, container);
      const at = `/spec/containers/${index}`;
      const operations: Operation[] = [
        { op: 'test', path: `${at}/name`, value: container },
        { op: 'test', path: `${at}/resources/limits/memory`, value: was?.memoryLimit },
        { op: 'replace', path: `${at}/resources/limits/memory`, value: to.limit },
        ...(to.request === undefined
          ? []
          : [{ op: 'add' as const, path: `${at}/resources/requests/memory`, value: to.request }]),
      ];
      try {
        await fencedPatch(transport, `${path}/resize`, { ref, operations, dryRun, readFrom: path });
      } catch (error) {
        // The pod was there a moment ago: what is missing is the subresource, of an older cluster.
        if (!(error instanceof MendflowError && error.code === 'TARGET_GONE')) throw error;
        await transport.text({ method: 'GET', path });
        throw new MendflowError('NOT_APPLICABLE', 'the cluster resizes no pod in place', { cause: error });
      }
    },
  };
}

const deleteOptions = (
  uid: string,
  { gracePeriodSeconds, dryRun }: { gracePeriodSeconds?: number | undefined; dryRun: boolean },
) => ({ gracePeriodSeconds, preconditions: { uid }, ...(dryRun ? { dryRun: ['All'] } : {}) });
