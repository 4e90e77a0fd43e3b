import { z } from 'zod';
import { fails, holds, type Judgement } from './check-kind.ts';

/** Statuses of a Kubernetes condition; in a file they stand in quotes, for True alone is not a text in YAML. */
const conditionStatuses = ['True', 'False', 'Unknown'] as const;

/** What a check can ask of a condition's status. NotTrue: it is False or Unknown, as kubectl says NotReady for both. */
const wantedStatuses = [...conditionStatuses, 'NotTrue'] as const;

/** The status and the reason that a check can ask of a condition. */
export const conditionFields = {
  status: z
    .enum(wantedStatuses)
    .describe('Its status, in quotes: "True", "False", "Unknown", or "NotTrue" for False as well as Unknown.'),
  reason: z
    .string()
    .max(256)
    .regex(/^[A-Za-z](?:[A-Za-z0-9_,:]*[A-Za-z0-9_])?$/, 'must be one CamelCase word, as the condition shows it')
    .optional()
    .describe('Its reason, exactly; left out: any.'),
};

interface Condition {
  type: string;
  status: string;
  reason: string;
  message: string;
}

/** A condition as a check asks for it. */
export interface WantedCondition {
  type: string;
  status: string;
  reason?: string | undefined;
}

/** The statuses with which the condition holds. */
export const statusesOf = (wanted: string): readonly string[] =>
  wanted === 'NotTrue' ? conditionStatuses.filter((status) => status !== 'True') : [wanted];

/** Whether the object, named by `label`, shows the condition right now. */
export function judgeCondition(wanted: WantedCondition, conditions: readonly Condition[], label: string): Judgement {
  const shown = conditions.find(({ type }) => type === wanted.type);
  if (shown === undefined) {
    const known = conditions.map(({ type }) => type).join(', ') || 'none';
    return fails(`${label} has no condition ${wanted.type}; it has ${known}`);
  }
  const { type, status, reason, message } = shown;
  const said = [`${label}: condition ${type} is ${status}`, reason, message].filter((part) => part !== '').join(': ');
  const isShown =
    statusesOf(wanted.status).includes(status) && (wanted.reason === undefined || wanted.reason === reason);
  return isShown ? holds(said.slice(0, 500)) : fails(said.slice(0, 500));
}

/** `Available is False (MinimumReplicasUnavailable)`. */
export const conditionInWords = ({ type, status, reason }: WantedCondition): string =>
  `${type} is ${status === 'NotTrue' ? 'not True' : status}${reason === undefined ? '' : ` (${reason})`}`;
