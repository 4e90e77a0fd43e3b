import type { RemediateInput } from '../../activities/contract.ts';
import type { Check, Policy } from '../../domain/policy/policy.ts';
import { signTicket, type TicketedAct, type TicketTerms } from '../../domain/run/ticket.ts';
import type { Manager } from '../../domain/target/managed-by.ts';

/** The keys of api, hub and cluster workers in tests. */
export const testKeys = [{ id: 'tests', secret: 'an-approval-key-of-the-tests-0123456789' }];

/** The run in which tests run activities. */
export const testRun = { workflowId: 'remediation/test/X/f', runId: 'run-1' };

/** What a ticket for this input is bound to, in the run of the tests. */
export function actOf({ target, policy, step, token, alert }: RemediateInput): TicketedAct {
  return { cluster: target.cluster, ...testRun, token, policy, step, target, alert };
}

/** An approval that counts for an hour. */
export const approvedBy = (nowMs: number, ...who: string[]) => ({ question: 'q', who, untilMs: nowMs + 3_600_000 });

/** The input with its ticket, granted now and good for a minute; by ada where the step needs an approval. */
export function permitted<Input extends RemediateInput>(
  input: Input,
  nowMs: number,
  terms: Partial<TicketTerms> = {},
): Input {
  const approval = input.step.approval === 'None' ? {} : { approval: approvedBy(nowMs, 'ada') };
  const all = { notBeforeMs: nowMs, expiresAtMs: nowMs + 60_000, ...approval, ...terms };
  const ticket = signTicket(testKeys, actOf(input), all);
  if (ticket === undefined) throw new Error('there is no key');
  return { ...input, ticket };
}

interface ForceOptions {
  checks?: Check[];
  managedBy?: Manager[];
  nodes?: Record<string, string>;
}

/** A policy in force that has exactly the input's step, for the input's alert and place. */
export function policyFor(
  { policy, step, target, alert }: RemediateInput,
  { checks = [], managedBy = [], nodes }: ForceOptions = {},
): Policy {
  const places = [target.namespace, alert.labels.namespace ?? ''].filter((name) => name !== '');
  return {
    apiVersion: 'mendflow.dev/v1alpha1',
    kind: 'RemediationPolicy',
    metadata: { name: policy },
    spec: {
      mode: 'Auto',
      priority: 100,
      match: { alerts: [`alertname="${alert.alertname}"`] },
      scope: { namespaces: [...new Set(places)], excludeLabels: {}, managedBy, ...(nodes && { nodes }) },
      verify: checks,
      guards: {} as Policy['spec']['guards'],
      steps: [step],
      healthy: { stableFor: 1_000 },
      approval: { expiresAfter: 60_000, twoPeople: false },
      escalation: [],
    },
  };
}
