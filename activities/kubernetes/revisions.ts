import type { Workload } from '../../domain/target/workload.ts';
import { type Revision, restartAnnotation } from './port.ts';
import type { RawMeta, RawPodSpec, RawWorkload } from './raw.ts';
import { controllerOf, timeOf } from './read-pod.ts';

interface RawTemplate {
  metadata?: RawMeta;
  spec?: RawPodSpec;
}

export interface RawControllerRevision {
  metadata?: RawMeta;
  revision?: number;
  data?: { spec?: { template?: RawTemplate & { $patch?: string } } };
}

const revisionAnnotation = 'deployment.kubernetes.io/revision';
const hashLabel = 'pod-template-hash';
/** Whatever restarts pods writes these; the template is the same. */
const restartMarks = [restartAnnotation, 'kubectl.kubernetes.io/restartedAt'];

const newestFirst = (one: Revision, other: Revision) => other.number - one.number;

/** What the ReplicaSets keep of a Deployment's templates. */
export function revisionsOfDeployment({ ref, annotations }: Workload, sets: readonly RawWorkload[]): Revision[] {
  const current = annotations[revisionAnnotation];
  const owned = sets.filter(({ metadata }) => controllerOf(metadata)?.uid === ref.uid);
  const revisions = owned.map(({ metadata = {}, spec = {}, status = {} }): Revision => {
    const { [hashLabel]: _, ...labels } = spec.template?.metadata?.labels ?? {};
    const template = { ...spec.template, metadata: { ...spec.template?.metadata, labels } };
    const number = metadata.annotations?.[revisionAnnotation];
    return {
      ...{ name: metadata.name ?? '', number: Number(number ?? 0), isCurrent: number === current },
      ...{ createdAtMs: timeOf(metadata.creationTimestamp), available: status.availableReplicas ?? 0 },
      ...contentOf(template),
    };
  });
  return revisions.sort(newestFirst);
}

/** What the ControllerRevisions keep of a StatefulSet's or DaemonSet's templates. */
export function revisionsOfSet({ ref, updateRevision }: Workload, kept: readonly RawControllerRevision[]): Revision[] {
  const owned = kept.filter(({ metadata }) => controllerOf(metadata)?.uid === ref.uid);
  const newest = Math.max(...owned.map(({ revision = 0 }) => revision));
  const revisions = owned.map(({ metadata = {}, revision: number = 0, data }): Revision => {
    const { $patch: _, ...template } = data?.spec?.template ?? {};
    const { name = '', creationTimestamp } = metadata;
    // A DaemonSet names no revision; its controller numbers the present one highest.
    const isCurrent = updateRevision === undefined ? number === newest : name === updateRevision;
    const createdAtMs = timeOf(creationTimestamp);
    return { name, number, isCurrent, createdAtMs, available: 0, ...contentOf(template) };
  });
  return revisions.sort(newestFirst);
}

function contentOf(template: RawTemplate): Pick<Revision, 'images' | 'content' | 'template'> {
  const annotations = Object.entries(template.metadata?.annotations ?? {}).filter(
    ([name]) => !restartMarks.includes(name),
  );
  const { labels = {} } = template.metadata ?? {};
  const content = sorted([labels, Object.fromEntries(annotations), template.spec]);
  const images = (template.spec?.containers ?? []).flatMap(({ image }) => image ?? []);
  return { images, content: JSON.stringify(content), template };
}

/** The same value with the keys of all its objects in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
