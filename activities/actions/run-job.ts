import { z } from 'zod';
import { MendflowError } from '../../domain/run/errors.ts';
import { kubernetesName } from '../../domain/text/names.ts';
import { safeText } from '../../domain/text/plain-text.ts';
import { nameOfStep } from '../name-of-step.ts';
import { type ActionContext, defineAction } from './define-action.ts';

const lookEveryMs = 1_000;
/** By this the container says that it has no remedy for this target. */
const notApplicable = 10;
const wordsKept = 1_000;
const quantity = (example: string) =>
  z.string().regex(/^[0-9]+(\.[0-9]+)?(m|Ki|Mi|Gi)?$/, `must be such as ${example}`);

/**
 * Runs a container of the policy's own as a Kubernetes Job, once for each step. Exit 0 is done, exit 10 is
 * NOT_APPLICABLE, every other end is STEP_FAILED with the container's last words.
 */
export default defineAction({
  name: 'runJob',
  summary:
    'Run a container of your own as a Kubernetes Job; environment variables name the alert and the target. Exit 0: done; exit 10: does not apply; else: failed. The termination message is the summary.',
  risk: 'high',
  takesPodAway: false,
  takesLong: true,
  targets: ['Workload', 'Job', 'Node'],
  namespaceParam: 'namespace',
  params: z.object({
    image: z.string().min(1).max(500).describe('Image of the container; name it by digest or by a fixed tag.'),
    command: z.array(z.string().max(4_000)).max(50).default([]).describe('Instead of the entrypoint of the image.'),
    args: z.array(z.string().max(4_000)).max(50).default([]).describe('Arguments of the command.'),
    namespace: z
      .string()
      .regex(kubernetesName, 'must be a namespace name')
      .optional()
      .describe(
        'Namespace of the Job, one of scope.namespaces; default: that of the target. A node has no namespace, so name one.',
      ),
    serviceAccountName: z
      .string()
      .regex(kubernetesName, 'must be the name of a service account')
      .optional()
      .describe('Service account of the container; default: none, so that it has no rights.'),
    timeoutSeconds: z.int().min(1).max(7_200).default(300).describe('The container is stopped after so many seconds.'),
    keepSeconds: z.int().min(60).max(604_800).default(86_400).describe('How long the Job is kept after its end.'),
    cpu: quantity('100m').default('100m').describe('CPU that the container gets, as Kubernetes writes it.'),
    memory: quantity('128Mi').default('128Mi').describe('Memory that the container gets, as Kubernetes writes it.'),
  }),
  permissions: [{ apiGroups: ['batch'], resources: ['jobs'], verbs: ['create'] }],
  // The target does not show it; the Job has the name of the step.
  alreadyDone: () => undefined,
  async run(context, { namespace = context.target.ref.namespace, keepSeconds: ttlSeconds, ...params }) {
    const { cluster, target, token, dryRun, wait } = context;
    if (namespace === '')
      throw new MendflowError('NOT_APPLICABLE', 'a node is in no namespace: set the namespace of runJob');
    const name = nameOfStep(`mendflow-${target.ref.name}`, token);
    const env = environmentOf(context);
    const isNew = await cluster.startTask({ ...params, namespace, name, token, env, ttlSeconds, dryRun });
    const label = `Job ${namespace}/${name}`;
    if (dryRun) return { summary: `run ${params.image} as ${label}` };
    for (;;) {
      const outcome = await cluster.taskOutcome(namespace, name);
      if (outcome === undefined) throw new MendflowError('STEP_FAILED', `${label} was deleted before it ended`);
      const said = safeText(outcome.message.trim(), wordsKept);
      if (outcome.state === 'succeeded') {
        return { summary: `${said || 'done'} (${label})`, ...(!isNew && { changed: false as const }) };
      }
      if (outcome.state === 'failed') {
        const code = outcome.exitCode === notApplicable ? 'NOT_APPLICABLE' : 'STEP_FAILED';
        throw new MendflowError(
          code,
          `${label} ended with exit ${outcome.exitCode ?? 'unknown'}: ${said || 'no message'}`,
        );
      }
      await wait.pause(lookEveryMs, label);
    }
  },
});

/** What a container that remedies is told: the alert, the live target, and the token of the step. */
function environmentOf({ alert, target, token }: ActionContext): Record<string, string> {
  const { kind, namespace, name, uid } = target.ref;
  return {
    MENDFLOW_ALERTNAME: alert.alertname,
    MENDFLOW_CLUSTER: alert.cluster,
    MENDFLOW_NAMESPACE: namespace,
    MENDFLOW_TARGET_KIND: kind,
    MENDFLOW_TARGET_NAME: name,
    MENDFLOW_TARGET_UID: uid,
    MENDFLOW_LABELS: JSON.stringify(alert.labels),
    MENDFLOW_TOKEN: token,
  };
}
