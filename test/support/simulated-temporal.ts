import { WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { asClientError, asUpdateError } from '../../simulation/temporal/client.ts';
import { Clock } from '../../simulation/temporal/clock.ts';
import type { Execution } from '../../simulation/temporal/execution.ts';
import { executionContexts } from '../../simulation/temporal/execution-context.ts';
import { historyOf } from '../../simulation/temporal/history-json.ts';
import type { AnyFunction } from '../../simulation/temporal/instance.ts';
import { Server } from '../../simulation/temporal/server.ts';
import * as workflows from '../../workflows/index.ts';
import type { TestTemporal } from './test-temporal.ts';

interface Started {
  workflowId: string;
  taskQueue: string;
  args?: unknown[];
}

/** As often the virtual time catches up with the real one. */
const pumpEveryMs = 5;

/** The simulated Temporal in the place of the one that skips time: its time goes with the real one, and leaps in sleeps. */
export async function openTestTemporal(): Promise<TestTemporal> {
  return new SimulatedTemporal().asTestTemporal();
}

class SimulatedTemporal {
  readonly #clock = new Clock(Date.now());
  readonly #activities = new Map<string, object>();
  readonly #server: Server;
  #turn: Promise<unknown> = Promise.resolve();
  #leaptMs = 0;
  readonly #pump: NodeJS.Timeout;

  constructor() {
    this.#server = new Server({
      clock: this.#clock,
      workflows: workflows as Record<string, AnyFunction>,
      activities: (queue) => this.#activities.get(queue),
      sinks: { metrics: { closed: () => undefined, guarded: () => undefined } },
    });
    this.#pump = setInterval(() => void this.#catchUp(), pumpEveryMs);
  }

  asTestTemporal(): TestTemporal {
    const client = {
      withDeadline: <T>(_: unknown, work: () => Promise<T>) => work(),
      workflow: {
        start: (type: string, options: Started) => this.#start(type, options),
        getHandle: (workflowId: string) => this.#handle(workflowId),
        execute: async (type: string, options: Started) => (await this.#start(type, options)).result(),
      },
    };
    return {
      client: client as unknown as TestTemporal['client'],
      nowMs: async () => this.#clock.nowMs,
      sleep: (durationMs) => {
        this.#leaptMs += durationMs;
        return this.#catchUp();
      },
      serve: async (taskQueue, activities) => {
        this.#activities.set(taskQueue, activities);
        return { stop: async () => undefined };
      },
      close: async () => clearInterval(this.#pump),
    };
  }

  /** Does everything that is due by now, one caller after the other. */
  #catchUp(): Promise<void> {
    const done = this.#turn.then(() => this.#clock.runUntil(Math.max(this.#clock.nowMs, Date.now() + this.#leaptMs)));
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** Lets the server hear of it at once; code that runs in virtual time waits for that by itself. */
  async #say<T>(said: Promise<T>): Promise<T> {
    said.catch(() => undefined);
    if (executionContexts.getStore() === undefined) await this.#catchUp();
    return said;
  }

  async #start(type: string, { workflowId, taskQueue, args = [] }: Started) {
    // Its code begins a moment later, as that of a real worker does.
    this.#server.start(type, { workflowId, taskQueue, args });
    return this.#handle(workflowId);
  }

  #handle(workflowId: string) {
    const server = this.#server;
    return {
      workflowId,
      signal: (name: string, ...args: unknown[]) =>
        this.#say(server.signal(workflowId, name, ...args)).catch(failing(asClientError)),
      executeUpdate: (name: string, { args = [] }: { args?: unknown[] } = {}) =>
        this.#say(server.update(workflowId, name, args)).catch(failing(asUpdateError)),
      query: async (name: string, ...args: unknown[]) => {
        await this.#say(Promise.resolve());
        return asked(() => server.query(workflowId, name, ...args));
      },
      describe: async () => {
        await this.#say(Promise.resolve());
        const { runId, status, historyLength } = this.#find(workflowId);
        return { runId, historyLength, status: { name: names[status] } };
      },
      result: () => this.#result(workflowId),
      terminate: async () => server.terminate(workflowId),
      cancel: async () => server.cancel(workflowId),
      fetchHistory: async () => historyFromJSON({ events: historyOf(this.#find(workflowId)) }),
    };
  }

  #find(workflowId: string): Execution {
    const run = this.#server.find(workflowId);
    if (run === undefined) throw new WorkflowNotFoundError('workflow not found', workflowId, undefined);
    return run;
  }

  async #result(workflowId: string): Promise<unknown> {
    for (;;) {
      await this.#catchUp();
      const { status, result, failure } = this.#find(workflowId);
      if (status === 'completed') return result;
      if (status !== 'running' && status !== 'continuedAsNew')
        throw new WorkflowFailedError('Workflow execution failed', failure as Error, 'NON_RETRYABLE_FAILURE');
      await new Promise((resolve) => setTimeout(resolve, pumpEveryMs));
    }
  }
}

const names: Record<Execution['status'], string> = {
  running: 'RUNNING',
  completed: 'COMPLETED',
  failed: 'FAILED',
  cancelled: 'CANCELLED',
  terminated: 'TERMINATED',
  continuedAsNew: 'CONTINUED_AS_NEW',
};

function asked<T>(ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    const { message } = error as Error;
    throw Object.assign(new Error(message), { cause: error });
  }
}

const failing = (words: (error: Error) => unknown) => (error: Error) => Promise.reject(words(error));
