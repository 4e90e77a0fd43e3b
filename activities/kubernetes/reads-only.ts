import type { ClusterReads } from './cluster-reads.ts';
import type { Cluster } from './port.ts';

/** The questions of the port; a dry run that asks whether a pod would be admitted is one. */
type Question = keyof ClusterReads | 'vitals' | 'close';

const nothing = async () => undefined;

/** What each write answers instead: as if the API server had agreed. A method that is new to the port must be named. */
const unsent: Omit<Cluster, Question> = {
  ...{ evictPod: nothing, deletePod: nothing, resizePod: nothing, restartWorkload: nothing, changeWorkload: nothing },
  ...{ cordonNode: nothing, uncordonNode: nothing, markJob: nothing, deleteJob: nothing, setAutoscalerMax: nothing },
  ...{ recordEvent: nothing, startTask: async () => true, callPod: async () => true },
  copyJob: async (job, { name }) => ({ ...job, name }),
};

/** The same cluster, whose writes are not sent, not even as dry runs. */
export const readsOnly = (cluster: Cluster): Cluster => overriding(cluster, unsent);

/** The same cluster with some methods in front. */
export function overriding(cluster: Cluster, own: Partial<Cluster>): Cluster {
  return new Proxy(cluster, {
    get(target, name) {
      const method: unknown = Reflect.get(own, name);
      if (method !== undefined) return method;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
