import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import type { Alert } from '../../domain/alert.ts';
import {
  hubTaskQueue,
  remediationWorkflowId,
  type SearchAttributeName,
  signals,
  workflowTypes,
} from '../../domain/contract.ts';
import type { Phase } from '../../domain/outcome.ts';
import { plainLine, shortened, summaryText } from '../../domain/plain-text.ts';
import type { IntakePort } from '../ports.ts';
import { call, isFullOfSignals } from './call.ts';
import { createRecent } from './recent.ts';

const deadlineMs = 4_000;
const rememberedRuns = 20_000;
const firstPhase: Phase = 'Verifying';

/**
 * The intake on Temporal: one run per alert and episode. A firing alert starts it or joins it by signal in one call; a
 * resolved one is a signal to a running run only. `started` is known by run id, so that the first alert which joins a
 * run that another api process started counts as started here.
 */
export function createIntake(client: Client): IntakePort {
  const runs = createRecent(rememberedRuns);
  return {
    async start(alert) {
      const workflowId = remediationWorkflowId(alert);
      try {
        const { signaledRunId } = await call(client, deadlineMs, `start of ${workflowId}`, () =>
          client.workflow.signalWithStart(workflowTypes.remediation, {
            workflowId,
            taskQueue: hubTaskQueue,
            args: [{ alert }],
            signal: signals.alert,
            signalArgs: [alert],
            workflowIdReusePolicy: 'ALLOW_DUPLICATE',
            workflowIdConflictPolicy: 'USE_EXISTING',
            typedSearchAttributes: attributesOf(alert),
            staticSummary: summaryOf(alert),
          }),
        );
        return { started: runs.add(signaledRunId) };
      } catch (error) {
        // A run that can take no more repeats holds the alert all the same; refusing would refuse its whole group for ever.
        if (isFullOfSignals(error)) return { started: false };
        throw error;
      }
    },
    async resolve(alert) {
      const workflowId = remediationWorkflowId(alert);
      try {
        await call(client, deadlineMs, `signal to ${workflowId}`, () =>
          client.workflow.getHandle(workflowId).signal(signals.resolved, alert),
        );
        return { known: true };
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return { known: false };
        if (isFullOfSignals(error)) return { known: true };
        throw error;
      }
    },
  };
}

function attributesOf({ alertname, cluster, labels: { namespace } }: Alert): SearchAttributePair[] {
  const values: Partial<Record<SearchAttributeName, string | undefined>> = {
    AlertName: alertname,
    Cluster: cluster,
    KubeNamespace: namespace,
    Phase: firstPhase,
  };
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined
      ? []
      : [{ key: defineSearchAttributeKey(name, 'KEYWORD'), value: shortened(plainLine(value), 255) }],
  );
}

function summaryOf({ alertname, labels }: Alert): string {
  const { namespace, pod, deployment, statefulset, daemonset } = labels;
  const where = [namespace, pod ?? deployment ?? statefulset ?? daemonset].filter((part) => part !== undefined);
  return summaryText([where.join('/'), alertname].filter((part) => part !== '').join(' '));
}
