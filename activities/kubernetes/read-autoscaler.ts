import type { Autoscaler } from './port.ts';
import type { RawAutoscaler } from './raw.ts';
import { readConditions, refOf } from './read-pod.ts';

/** The autoscaler as decisions see it. */
export function readAutoscaler({ metadata = {}, spec = {}, status = {} }: RawAutoscaler): Autoscaler {
  const { apiVersion = '', kind = '', name = '' } = spec.scaleTargetRef ?? {};
  return {
    ref: refOf('HorizontalPodAutoscaler', metadata),
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    scales: { apiVersion, kind, name },
    min: spec.minReplicas ?? 1,
    max: spec.maxReplicas ?? 0,
    current: status.currentReplicas ?? 0,
    desired: status.desiredReplicas ?? 0,
    conditions: readConditions(status.conditions),
  };
}
