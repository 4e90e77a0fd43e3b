import type { RunFilter, RunSummary, RunsPort, RunView } from '../../../api/ports.ts';
import type { HumanMessage, HumanMessageName } from '../../../domain/run/contract.ts';
import { MendflowError } from '../../../domain/run/errors.ts';
import type { RemediationReport } from '../../../domain/run/outcome.ts';
import type { RunStatus } from '../../../domain/run/status.ts';
import { nowMs } from '../../support/api.ts';
import { aPlan, aTarget } from '../../support/builders.ts';

export const runId = 'remediation/default/PodCrashLooping/a1b2c3d4';
export const digest = 'sha256-of-the-question';
const at = (minutesAgo: number) => new Date(nowMs - minutesAgo * 60_000).toISOString();

export const aSummary = (given: Partial<RunSummary> = {}): RunSummary => ({
  ...{ id: runId, runId: '0190-1', status: 'running', startedAt: at(5), alertname: 'PodCrashLooping' },
  ...{ cluster: 'default', namespace: 'shop', workload: 'Deployment/checkout', policy: 'crash-loop' },
  phase: 'AwaitingApproval',
  ...given,
});

const told = {
  summary: 'shop/checkout-1 CrashLoopBackOff',
  alertname: 'PodCrashLooping',
  fingerprint: 'a1b2c3d4',
  policy: 'crash-loop',
  target: aTarget(),
  segments: { receivedToVerifiedMs: 41, verifiedToPermittedMs: 12 },
  timeline: [{ at: at(5), phase: 'Verifying' as const, what: 'the fault is there' }],
  joined: [],
};

export const aStatus = (given: Partial<RunStatus> = {}): RunStatus => ({
  ...told,
  steps: [
    {
      action: 'evictPod',
      summary: 'evicted pod shop/checkout-1',
      startedAt: at(4),
      finishedAt: at(3),
      result: 'unhealthy',
    },
  ],
  phase: 'AwaitingApproval',
  waitingFor: 'an approval of rolloutRestart',
  nextTimerAt: at(-10),
  mode: 'Auto',
  ladder: aPlan().steps,
  currentStep: 1,
  question: {
    ...{ digest, action: 'rolloutRestart', params: {}, approvalsNeeded: 1, approvedBy: [] },
    ...{ askedAt: at(1), expiresAt: at(-10) },
  },
  verdicts: [{ at: at(4), verdict: 'hold', reason: 'coolingDown', detail: 'remediated 4m ago' }],
  ...given,
});

export const aReport = (given: Partial<RemediationReport> = {}): RemediationReport => ({
  ...told,
  outcome: 'remediated',
  steps: [
    { action: 'evictPod', summary: 'evicted pod shop/checkout-1', startedAt: at(4), finishedAt: at(3), result: 'kept' },
  ],
  ...given,
});

/** Runs in memory: each look at one takes the next of its views, the last one for ever. */
export class FakeRuns implements RunsPort {
  summaries: RunSummary[] = [aSummary()];
  views: RunView[] = [{ ...aSummary(), live: aStatus() }];
  nextCursor: string | undefined;
  /** What a run says to a message; without either it takes each. */
  answer: string | undefined;
  refusal: string | undefined;
  readonly filters: RunFilter[] = [];
  readonly sent: { id: string; name: HumanMessageName; message: HumanMessage }[] = [];
  #looks = 0;

  async list(filter: RunFilter) {
    this.filters.push(filter);
    return { runs: this.summaries, ...(this.nextCursor && { nextCursor: this.nextCursor }) };
  }

  async show(id: string) {
    const view = this.views[Math.min(this.#looks, this.views.length - 1)];
    this.#looks += 1;
    if (view === undefined || view.id !== id) throw new MendflowError('NOT_FOUND', `There is no run ${id}.`);
    return view;
  }

  async send(id: string, name: HumanMessageName, message: HumanMessage) {
    if (this.refusal !== undefined) throw new MendflowError('TOO_LATE', this.refusal);
    this.sent.push({ id, name, message });
    return this.answer ?? `${name} is taken`;
  }
}
