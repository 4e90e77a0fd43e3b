import { copyOfAnnotation, fieldManager, ourLabel, touchAnnotation } from '../../../domain/run/contract.ts';
import { MendflowError, replacedError } from '../../../domain/run/errors.ts';
import type { ObjectRef } from '../../../domain/target/target.ts';
import { jobs } from '../paths.ts';
import type { Cluster, Task } from '../port.ts';
import type { RawJob, RawMeta } from '../raw.ts';
import { jobRefOf } from '../read-job.ts';
import type { Transport } from '../transport.ts';
import { annotating, fencedPatch } from './fenced-patch.ts';

/** What the Job controller writes by itself. */
const generated = /^(batch\.kubernetes\.io\/)?(controller-uid|job-name)$/;
/** They speak of the object that they stand on. */
const ownAnnotations = ['kubectl.kubernetes.io/last-applied-configuration', 'batch.kubernetes.io/job-tracking'];

type JobWrites = Pick<Cluster, 'copyJob' | 'markJob' | 'deleteJob' | 'startTask'>;

/** The writes to Jobs: new ones have a name of their step, so that a repeat finds them. */
export function jobWrites(transport: Transport): JobWrites {
  const query = (dryRun: boolean) => ({ fieldManager, dryRun: dryRun ? 'All' : undefined });
  const read = (namespace: string, name: string) =>
    transport.json<RawJob>({ method: 'GET', path: jobs(namespace, name) });
  /** Gives the Job of this name and token, made now or before. Throws NOT_APPLICABLE when the name is somebody else's. */
  const create = async (
    namespace: string,
    body: { metadata: { name: string } },
    how: { token: string; dryRun: boolean },
  ) => {
    const call = { method: 'POST' as const, path: jobs(namespace), query: query(how.dryRun), body };
    try {
      return { job: await transport.json<RawJob>(call), isNew: true };
    } catch (error) {
      if (!(error instanceof MendflowError && error.code === 'CONFLICT')) throw error;
      const { name } = body.metadata;
      const job = await read(namespace, name);
      if (job.metadata?.annotations?.[touchAnnotation] === how.token) return { job, isNew: false };
      throw new MendflowError('NOT_APPLICABLE', `there is another Job ${namespace}/${name} already`);
    }
  };
  return {
    async copyJob(ref, { name, token, first, annotations, dryRun }) {
      const source = await read(ref.namespace, ref.name);
      if (source.metadata?.uid !== ref.uid) {
        throw replacedError(`Job ${ref.namespace}/${ref.name}`);
      }
      const marks = { ...annotations, [touchAnnotation]: token };
      const { job } = await create(ref.namespace, copyOf(source, { name, first, marks }), { token, dryRun });
      return jobRefOf(job.metadata);
    },
    async markJob({ ref, annotations }, marking) {
      const operations = annotating(annotations, marking);
      await fencedPatch(transport, jobs(ref.namespace, ref.name), { ref, operations, dryRun: marking.dryRun });
    },
    async deleteJob(ref, { dryRun }) {
      const deletion = transport.text({
        method: 'DELETE',
        path: jobs(ref.namespace, ref.name),
        query: query(dryRun),
        body: {
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          propagationPolicy: 'Background',
          preconditions: { uid: ref.uid },
          ...(dryRun && { dryRun: ['All'] }),
        },
      });
      await deletion.catch(unlessGone(ref));
    },
    async startTask(task) {
      return (await create(task.namespace, taskBody(task), task)).isNew;
    },
  };
}

/** Somebody else deleted it, or made another one since: the one that was meant is gone. */
const unlessGone = (_ref: ObjectRef) => (error: unknown) => {
  const isGone = error instanceof MendflowError && ['TARGET_GONE', 'TARGET_REPLACED'].includes(error.code);
  if (!isGone) throw error;
};

/** To block the deletion of an owner needs a right on it; garbage collection goes by the reference alone. */
const withoutBlocking = ({ blockOwnerDeletion: _, ...reference }: NonNullable<RawMeta['ownerReferences']>[number]) =>
  reference;

const without = (labels: Record<string, string> = {}, isLeft: (name: string) => boolean = () => false) =>
  Object.fromEntries(Object.entries(labels).filter(([name]) => !isLeft(name)));

interface Copied {
  name: string;
  first: string;
  marks: Record<string, string>;
}

function copyOf({ metadata = {}, spec = {} }: RawJob, { name, first, marks }: Copied) {
  if (spec.manualSelector === true) {
    throw new MendflowError(
      'NOT_APPLICABLE',
      `Job ${metadata.name} has a selector of its own, which a copy would share`,
    );
  }
  const { selector: _selector, manualSelector: _manual, template = {}, ...rest } = spec;
  const isGenerated = (label: string) => generated.test(label);
  const labelled = ({ labels, ...meta }: RawMeta): RawMeta => ({ ...meta, labels: without(labels, isGenerated) });
  const annotations = without(metadata.annotations, (key) => ownAnnotations.includes(key));
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      labels: { ...without(metadata.labels, isGenerated), [copyOfAnnotation]: first },
      annotations: { ...annotations, ...marks },
      ...(metadata.ownerReferences && { ownerReferences: metadata.ownerReferences.map(withoutBlocking) }),
    },
    spec: { ...rest, template: { ...template, metadata: labelled(template.metadata ?? {}) } },
  };
}

/** A pod that the restricted profile of Pod Security takes. */
function taskBody(task: Task) {
  const labels = { [ourLabel.key]: ourLabel.value, 'app.kubernetes.io/component': 'task' };
  const { serviceAccountName, cpu, memory } = task;
  const container = {
    name: 'task',
    image: task.image,
    ...(task.command.length > 0 && { command: task.command }),
    ...(task.args.length > 0 && { args: task.args }),
    env: Object.entries(task.env).map(([name, value]) => ({ name, value })),
    resources: { requests: { cpu, memory }, limits: { cpu, memory } },
    terminationMessagePolicy: 'FallbackToLogsOnError',
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: task.name, labels, annotations: { [touchAnnotation]: task.token } },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: task.timeoutSeconds,
      ttlSecondsAfterFinished: task.ttlSeconds,
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: 'Never',
          enableServiceLinks: false,
          automountServiceAccountToken: serviceAccountName !== undefined,
          ...(serviceAccountName !== undefined && { serviceAccountName }),
          securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [container],
          volumes: [{ name: 'tmp', emptyDir: {} }],
        },
      },
    },
  };
}
