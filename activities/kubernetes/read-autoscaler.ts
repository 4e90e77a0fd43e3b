import type { Autoscaler, VerticalAutoscaler } from './port.ts';
import type { RawAutoscaler, RawVerticalAutoscaler } from './raw.ts';
import { controllerOf, readConditions, refOf } from './read-pod.ts';

/** The autoscaler as decisions see it. */
export function readAutoscaler({ metadata = {}, spec = {}, status = {} }: RawAutoscaler): Autoscaler {
  const owner = controllerOf(metadata);
  const { apiVersion = '', kind = '', name = '' } = spec.scaleTargetRef ?? {};
  return {
    ref: refOf('HorizontalPodAutoscaler', metadata),
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    ...(owner === undefined ? {} : { owner }),
    scales: { apiVersion, kind, name },
    min: spec.minReplicas ?? 1,
    max: spec.maxReplicas ?? 0,
    current: status.currentReplicas ?? 0,
    desired: status.desiredReplicas ?? 0,
    conditions: readConditions(status.conditions),
  };
}

/** The vertical autoscaler as decisions see it; one that does not say how it updates recreates pods. */
export function readVertical({ metadata, spec }: RawVerticalAutoscaler): VerticalAutoscaler {
  return { ref: refOf('VerticalPodAutoscaler', metadata), mode: spec?.updatePolicy?.updateMode ?? 'Recreate' };
}
