import { z } from 'zod';
import { actions } from '../../../activities/actions/index.ts';
import { duration } from '../../../domain/policy/duration-field.ts';
import { kubernetesName } from '../../../domain/text/names.ts';
import { podShapes } from '../../cluster/faults.ts';
import { anyPlace, workloadPlace } from './fields.ts';
import { keyed, strict } from './mapping.ts';

const at = duration({ max: '30d' }).describe('When, from the beginning of the test.');
const text = () => z.string().min(1).max(500);
const who = z.string().min(1).max(64).default('ada').describe('Who says it.');
const alertName = () => z.string().min(1).max(200);
/** An action of the registry. */
export const actionName = () => z.enum(actions.map(({ name }) => name) as [string, ...string[]]);

const labels = z.record(z.string(), z.string());
const about = anyPlace().optional();

const answer = {
  at,
  who,
  note: text().optional(),
  about: about.describe('Needed where several runs could be meant.'),
  refused: text()
    .optional()
    .describe('It must be refused, with these words in the answer; without it, it must be taken.'),
};
const answerTo = () => alertName().describe('Which run: the name of its alert.');
const question = {
  ...answer,
  alert: answerTo().optional().describe('Needed where several runs ask.'),
};

/** What happens in a test, one thing each. */
export const eventSchema = keyed('an event', {
  alert: strict({
    at,
    alert: alertName().describe('The alert fires; its name.'),
    about: about.describe(
      'Gives the labels that name it: namespace and pod, namespace and deployment, namespace and job_name, node.',
    ),
    labels: labels.optional().describe('Further labels; one that is given here stands before one from `about`.'),
    annotations: labels.optional(),
  }),
  resolved: strict({ at, resolved: alertName().describe('The alert that fired under this name resolves.'), about }),
  approve: strict({ ...question, approve: actionName().describe('The action that the run asks about.') }),
  reject: strict({ ...question, reject: actionName().describe('The action that the run asks about.') }),
  acknowledge: strict({ ...answer, acknowledge: answerTo() }),
  retry: strict({ ...answer, retry: answerTo() }),
  abort: strict({ ...answer, abort: answerTo() }),
  takeOver: strict({ ...answer, takeOver: answerTo() }),
  pause: strict({ at, who, pause: text().describe('Everything pauses; why.') }),
  resume: strict({ at, who, resume: text().describe('The pause with this reason is lifted.') }),
  reset: strict({ at, who, reset: workloadPlace().describe('The guard forgets this workload’s acts.') }),
  rollout: strict({
    at,
    rollout: workloadPlace().describe('Somebody rolls out a change of this workload.'),
    brings: z.enum(podShapes).optional().describe('What is wrong with its new template; a rollback cures it.'),
  }),
  join: strict({
    at,
    join: z
      .string()
      .regex(kubernetesName, 'must be a Kubernetes name')
      .describe('A node of this name joins the cluster.'),
  }),
  edit: strict({
    at,
    edit: z.record(z.string(), z.unknown()).describe('Fields of the policies’ spec that change, as in `set`.'),
    policy: text().optional().describe('Only in the policy of this name.'),
  }),
});
export type EventFields = z.output<typeof eventSchema>;
/** The event of one kind. */
export type EventOf<Kind extends EventFields['kind']> = Extract<EventFields, { kind: Kind }>;
