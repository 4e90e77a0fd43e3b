import type { Admitted, Replacement } from '../../activities/kubernetes/port.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import type { Occupant, PodNeeds } from '../../domain/target/placement/needs.ts';
import type { PodRecord } from './records.ts';
import type { Store } from './store.ts';

/** Pods here ask for nothing but a node that takes pods. */
const undemanding = {
  requests: {},
  nodeSelector: {},
  tolerations: [],
  hostPorts: [],
  beside: [],
  apart: [],
  spread: [],
  claims: [],
};

const needsOf = (namespace: string, labels: Record<string, string>): PodNeeds => ({
  namespace,
  labels,
  ...undemanding,
});

/** As the port says it: refused while the admission of the namespace refuses every pod. */
export function admitReplacement(store: Store, replacement: Replacement): Admitted {
  const { namespace } = replacement.kind === 'pod' ? replacement.pod.ref : replacement.workload;
  const refusal = store.refusals.get(namespace);
  if (refusal !== undefined) {
    throw new MendflowError('NOT_REPLACEABLE', `its replacement would not be admitted: ${refusal}`);
  }
  if (replacement.kind === 'pod') {
    const { labels, owner, nodeName: node, ref } = replacement.pod;
    const seats = node === undefined ? [] : [{ node, uid: ref.uid, requests: {} }];
    return { needs: needsOf(namespace, labels), seats, isOnEachSeat: owner?.kind === 'DaemonSet' };
  }
  // As long as it rolls out it makes pods wherever there is a node.
  const { kind, name } = replacement.workload;
  return { needs: needsOf(namespace, { app: name }), seats: [], isOnEachSeat: kind === 'DaemonSet' };
}

/** As the port says it. */
export function listOccupants(store: Store, node: string): Occupant[] {
  const here = [...store.pods].filter(({ base }) => base.nodeName === node);
  return here.map(({ base }: PodRecord) => ({
    ...{ uid: base.ref.uid, namespace: base.ref.namespace, labels: base.labels },
    ...{ requests: {}, hostPorts: [], apart: [] },
  }));
}
