import type { WorkflowHandle } from '@temporalio/client';
import type { Alert } from '../../domain/alert/alert.ts';
import { signApproval } from '../../domain/run/approval.ts';
import type { HumanMessage } from '../../domain/run/contract.ts';
import type { RemediationReport } from '../../domain/run/outcome.ts';
import type { RunStatus } from '../../domain/run/status.ts';
import { now } from './builders.ts';
import { testKeys } from './permitted.ts';

/** One run, as a person and the intake see it. */
export class Run {
  readonly #handle: WorkflowHandle;
  readonly alert: Alert;

  readonly #sleep: (durationMs: number) => Promise<void>;

  constructor(handle: WorkflowHandle, alert: Alert, sleep: (durationMs: number) => Promise<void>) {
    this.#handle = handle;
    this.alert = alert;
    this.#sleep = sleep;
  }

  get id(): string {
    return this.#handle.workflowId;
  }

  /** The report. Whenever the run comes to rest, virtual time jumps to its next timer, or a little ahead of a retry. */
  async report(): Promise<RemediationReport> {
    const deadline = performance.now() + 20_000;
    while (performance.now() < deadline) {
      const events = await this.events();
      await new Promise((resolve) => setTimeout(resolve, 40));
      const { status, historyLength } = await this.#handle.describe();
      if (status.name !== 'RUNNING') return this.#handle.result() as Promise<RemediationReport>;
      if (historyLength === events) await this.#sleep(await this.#restMs());
    }
    throw new Error('the run does not end');
  }

  /** Waits until the run shows what is wanted; virtual time jumps ahead as in `report`. */
  async later(condition: (status: RunStatus) => boolean): Promise<RunStatus> {
    const deadline = performance.now() + 20_000;
    for (;;) {
      const events = await this.events();
      const status = await this.status();
      if (condition(status)) return status;
      if (performance.now() > deadline) throw new Error(`the run stays ${status.phase}: ${status.waitingFor}`);
      await new Promise((resolve) => setTimeout(resolve, 40));
      if ((await this.events()) === events) await this.#sleep(await this.#restMs());
    }
  }

  async #restMs(): Promise<number> {
    const { nextTimerAt, timeline } = await this.status();
    const lastMs = Math.max(...timeline.map(({ at, lastAt }) => Date.parse(lastAt ?? at)));
    return nextTimerAt === undefined ? 5_000 : Math.max(1_000, Date.parse(nextTimerAt) - lastMs);
  }

  async runId(): Promise<string> {
    return (await this.#handle.describe()).runId;
  }

  status(): Promise<RunStatus> {
    return this.#handle.query('status');
  }

  /** Waits, without letting virtual time pass, until the run shows what is wanted. */
  async until(condition: (status: RunStatus) => boolean): Promise<RunStatus> {
    const deadline = performance.now() + 10_000;
    for (;;) {
      const status = await this.status();
      if (condition(status)) return status;
      if (performance.now() > deadline) throw new Error(`the run stays ${status.phase}: ${status.waitingFor}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  signal(name: string, ...args: unknown[]): Promise<void> {
    return this.#handle.signal(name, ...args);
  }

  /** Says something as a person; rejects when the run cannot take it. */
  say(
    verb: string,
    given: { id?: string; who?: string; note?: string; digest?: string | undefined; signature?: string } = {},
  ): Promise<string> {
    const { id = `${verb}-${Math.random()}`, who = 'ada', digest, note } = given;
    const message: HumanMessage = {
      ...{ id, who, at: new Date(now).toISOString() },
      ...(digest === undefined ? {} : { digest }),
      ...(note === undefined ? {} : { note }),
    };
    const signature = given.signature ?? signApproval(testKeys, this.id, message);
    return this.#handle.executeUpdate(verb, { args: [{ ...message, signature }] }) as Promise<string>;
  }

  terminate(): Promise<unknown> {
    return this.#handle.terminate('somebody did');
  }

  cancel(): Promise<unknown> {
    return this.#handle.cancel();
  }

  /** Number of events of the history so far. */
  async events(): Promise<number> {
    return (await this.#handle.describe()).historyLength;
  }
}
