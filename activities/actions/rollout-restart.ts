import { z } from 'zod';
import { MendflowError } from '../../domain/errors.ts';
import type { Workload } from '../../domain/workload.ts';
import { restartAnnotation } from '../kubernetes/port.ts';
import { defineAction } from './define-action.ts';

const why: readonly ((workload: Workload) => string | undefined)[] = [
  ({ ref }) => (ref.kind === 'ReplicaSet' ? 'a ReplicaSet does not roll out' : undefined),
  ({ isPaused }) => (isPaused ? 'its rollouts are paused' : undefined),
  ({ strategy }) => (strategy === 'OnDelete' ? 'its strategy OnDelete replaces no pod by itself' : undefined),
];

/** Replaces all pods of a workload by its own rollout; our token on the template makes a repeat recognisable. */
export default defineAction({
  name: 'rolloutRestart',
  summary: 'Restart the workload’s pods one after another, as its rollout strategy says.',
  risk: 'medium',
  takesPodAway: false,
  targets: ['Workload'],
  params: z.object({}),
  permissions: [{ apiGroups: ['apps'], resources: ['deployments', 'statefulsets', 'daemonsets'], verbs: ['patch'] }],
  alreadyDone: ({ ref, templateAnnotations }, token) =>
    templateAnnotations[restartAnnotation] === token
      ? { summary: `${ref.kind} ${ref.name} was restarted by this step already` }
      : undefined,
  async run({ cluster, target, token, askedAtMs, dryRun }) {
    const { kind, namespace, name } = target.ref;
    const refusal = why.map((rule) => rule(target)).find((reason) => reason !== undefined);
    if (refusal !== undefined) throw new MendflowError('NOT_APPLICABLE', `${kind} ${namespace}/${name}: ${refusal}`);
    await cluster.restartWorkload(target.ref, { token, atMs: askedAtMs, dryRun });
    return { summary: `restarted ${kind} ${namespace}/${name}` };
  },
});
