import { isCancellation } from '@temporalio/workflow';
import type { Ending } from './ending.ts';
import { rootMessage } from './people.ts';
import { known } from './permit.ts';
import { enter, nowIso, type Run, tell } from './run.ts';

/** Observe writes down what would have been done; DryRun also asks the API server with dryRun=All. Neither acts. */
export async function rehearse(run: Run): Promise<Ending> {
  const { plan } = known(run);
  const names = plan.steps.map((step) => step.action).join(', then ');
  const wouldHave = `would have taken ${names}`;
  if (plan.mode === 'DryRun')
    return { kind: 'notActionable', reason: 'dryRunOnly', detail: `${wouldHave}; ${await dryRun(run)}` };
  return { kind: 'notActionable', reason: 'observeOnly', detail: wouldHave };
}

/** Only the first step: what the next ones would meet depends on what the first one does. */
async function dryRun(run: Run): Promise<string> {
  const { plan, target } = known(run);
  const [step] = plan.steps;
  if (step === undefined) return 'the policy has no step';
  enter(run, 'Remediating');
  const startedAt = nowIso();
  const token = `${run.id.runId}.dry`;
  const notAfterMs = Date.now() + step.withinMs;
  const record = (summary: string) => {
    run.status.steps.push({ action: step.action, summary, startedAt, finishedAt: nowIso(), result: 'dryRun' });
    tell(run, `dry run of ${step.action}: ${summary}`);
    return `the API server says: ${summary}`;
  };
  try {
    const { summary } = await run.cluster.remediate({
      target,
      step,
      checks: plan.checks,
      token,
      notAfterMs,
      dryRun: true,
    });
    return record(summary);
  } catch (error) {
    if (isCancellation(error)) throw error;
    return record(rootMessage(error));
  }
}
