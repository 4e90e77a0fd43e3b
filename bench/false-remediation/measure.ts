import { Agent } from 'undici';
import { auditedRequests } from '../../sandbox/audit-log.ts';
import { eventually } from '../../sandbox/process.ts';
import type { Progress } from '../../sandbox/progress.ts';
import { SandboxError } from '../../sandbox/sandbox-error.ts';
import { type Act, actOf } from '../act-latency/acts.ts';
import { firing, runIdOf, webhookOf } from '../alerts.ts';
import type { Bed } from '../bed.ts';
import { startInlineBot } from '../inline-bot.ts';
import { type ListedRun, listRuns } from '../runs.ts';
import { type Answer, productWebhook, webhook } from '../webhook.ts';
import { type Contender, openWard, passIllness, podsEach, type Ward, wards } from './wards.ts';

/** What one run of the bench has seen. */
export interface Measured {
  /** Every alert that was taken, by the run that Mendflow would make of it. */
  sent: { ward: Ward; workflowId: string }[];
  /** Pods that anybody took away one by one. */
  acts: Act[];
  /** Mendflow's. */
  runs: ListedRun[];
}

type Post = (body: string) => Promise<Answer>;

const settleWithinMs = 120_000;

/** Sends alerts that were true a moment ago, a whole ward at a time, until each contender has had so many of each kind. */
export async function measure(bed: Bed, alerts: number, progress: Progress): Promise<Measured> {
  const agent = new Agent({ keepAliveTimeout: 4_000 });
  const posts: Record<Contender, Post> = {
    mendflow: productWebhook(bed.product, agent),
    'inline-delete': webhook(await startInlineBot(bed.sandbox), 'none', agent),
  };
  const step = progress.begin('Alerts');
  const sent: Measured['sent'] = [];
  try {
    await Promise.all(wards.map((ward) => openWard(bed.admin, ward)));
    for (let told = 0, round = 0; told < alerts; round++) {
      const count = Math.min(podsEach, alerts - told);
      // All have had their illness before anybody hears of it.
      const ill = await Promise.all(wards.map((ward) => passIllness(bed.admin, ward)));
      const telling = wards.map((ward, index) => {
        const pods = (ill[index] ?? []).slice(0, count);
        return tell(posts[ward.contender], bed.sandbox.cluster, { ward, pods, round });
      });
      sent.push(...(await Promise.all(telling)).flat());
      await settle(bed, sent.filter(({ ward }) => ward.contender === 'mendflow').length);
      told += count;
      step.tell(`${told} of ${alerts} of each kind`);
    }
  } finally {
    await agent.close();
  }
  step.done(String(sent.length));
  const acts = auditedRequests(bed.auditLog).flatMap((asked) => actOf(asked) ?? []);
  return { sent, acts, runs: await listRuns(bed.client) };
}

/** One webhook about pods of a ward; the round makes each alert another one. */
async function tell(
  post: Post,
  cluster: string,
  { ward, pods, round }: { ward: Ward; pods: readonly string[]; round: number },
): Promise<Measured['sent']> {
  const group = { alertname: 'PodNotReady', namespace: ward.namespace };
  const alerts = pods.map((pod) => firing({ ...group, pod, occurrence: String(round) }, Date.now()));
  const body = webhookOf(group, alerts);
  let status = 503;
  // As Alertmanager does: what is not taken now comes again.
  const isAnswered = async () => {
    status = (await post(body)).status;
    return status !== 503;
  };
  await eventually(isAnswered, settleWithinMs);
  if (status >= 300) throw new SandboxError(`the alerts of ${ward.namespace} were answered ${status}`);
  return alerts.map((alert) => ({ ward, workflowId: runIdOf(alert, cluster) }));
}

/** The next illness must not begin while an alert about the last one is still looked into: it would be true again. */
async function settle({ client }: Bed, expected: number): Promise<void> {
  const query = `WorkflowType = 'remediation' AND ExecutionStatus != 'Running'`;
  const haveEnded = async () => (await client.workflow.count(query)).count >= expected;
  if (!(await eventually(haveEnded, settleWithinMs))) throw new SandboxError(`${expected} runs have not ended in time`);
}
