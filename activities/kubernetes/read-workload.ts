import type { WorkloadKind } from '../../domain/target/target.ts';
import type { TemplateContainer, Workload } from '../../domain/target/workload.ts';
import type { RawContainer, RawSelector, RawWorkload } from './raw.ts';
import { controllerOf, readConditions, readMemory, refOf } from './read-pod.ts';

/** The workload as decisions see it; the API server has filled in the defaults of its kind. */
export function readWorkload(kind: WorkloadKind, raw: RawWorkload): Workload {
  const { metadata = {}, spec = {}, status = {} } = raw;
  const owner = controllerOf(metadata);
  const progressFailure = progressFailureOf(status.conditions);
  return {
    ref: refOf(kind, metadata),
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    ...(owner === undefined ? {} : { owner }),
    podSelector: selectorText(spec.selector),
    desired: kind === 'DaemonSet' ? (status.desiredNumberScheduled ?? 0) : (spec.replicas ?? 1),
    isPaused: spec.paused ?? false,
    strategy: kind === 'ReplicaSet' ? 'None' : (spec.strategy?.type ?? spec.updateStrategy?.type ?? 'RollingUpdate'),
    partition: spec.updateStrategy?.rollingUpdate?.partition ?? 0,
    generation: metadata.generation ?? 0,
    observedGeneration: status.observedGeneration ?? 0,
    counts: countsOf(kind, status),
    isRevisionCurrent: status.currentRevision === status.updateRevision,
    ...(progressFailure === undefined ? {} : { progressFailure }),
    conditions: readConditions(status.conditions),
    templateAnnotations: spec.template?.metadata?.annotations ?? {},
    ...(spec.template?.spec?.containers && { containers: spec.template.spec.containers.map(readContainer) }),
    ...(kind === 'StatefulSet' && {
      isOrdered: spec.podManagementPolicy !== 'Parallel',
      ...(status.updateRevision !== undefined && { updateRevision: status.updateRevision }),
    }),
  };
}

function readContainer({ name = '', image = '', resources }: RawContainer): TemplateContainer {
  return { name, image, ...readMemory(resources) };
}

function countsOf(kind: WorkloadKind, status: NonNullable<RawWorkload['status']>): Workload['counts'] {
  if (kind === 'DaemonSet') {
    return {
      replicas: status.currentNumberScheduled ?? 0,
      updated: status.updatedNumberScheduled ?? 0,
      ready: status.numberReady ?? 0,
      available: status.numberAvailable ?? 0,
    };
  }
  return {
    replicas: status.replicas ?? 0,
    updated: status.updatedReplicas ?? 0,
    ready: status.readyReplicas ?? 0,
    available: status.availableReplicas ?? 0,
  };
}

function progressFailureOf(conditions: NonNullable<RawWorkload['status']>['conditions']): string | undefined {
  const failed = conditions?.find(({ type, status, reason }) => {
    return type === 'Progressing' && status === 'False' && reason === 'ProgressDeadlineExceeded';
  });
  return failed && (failed.message ?? 'its rollout exceeded its progress deadline');
}

/** A selector in the API's query form. Throws nothing: the API server has validated it. */
export function selectorText({ matchLabels = {}, matchExpressions = [] }: RawSelector = {}): string {
  const equalities = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
  const expressions = matchExpressions.map(({ key, operator, values = [] }) => {
    switch (operator) {
      case 'In':
        return `${key} in (${values.join(',')})`;
      case 'NotIn':
        return `${key} notin (${values.join(',')})`;
      case 'Exists':
        return key;
      default:
        return `!${key}`;
    }
  });
  return [...equalities, ...expressions].join(',');
}
