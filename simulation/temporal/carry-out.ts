import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { ActivityEnd, ActivityRun, ActivityServer, ActivityTask } from './activity-task.ts';
import type { Timer } from './clock.ts';
import type { ActivityOrder, Command, End, Job, UpdateJob } from './commands.ts';

type Of<K extends Command['kind']> = Extract<Command, { kind: K }>;

/** What a server does for a run that asks for it. */
export interface CommandServer extends ActivityServer {
  begin(run: ActivityRun, order: ActivityOrder & { seq: number }, ended: (end: ActivityEnd) => unknown): ActivityTask;
  later(work: () => unknown): void;
  notFound(workflowId: string): Error;
  sendSignal(
    to: { workflowId: string; runId?: string | undefined },
    signal: { name: string; args: readonly unknown[] },
    answered: (failure: Error | undefined) => unknown,
  ): void;
  startChild(
    parent: object,
    child: Of<'child'>,
    told: { started(runId: string | undefined): void; ended(end: ActivityEnd): void },
  ): void;
}

/** A run, as far as what its code asks for changes it. */
interface CommandedRun extends ActivityRun {
  readonly server: CommandServer;
  readonly timers: Map<number, Timer>;
  readonly activities: Map<number, ActivityTask>;
  readonly attributes: Record<string, unknown>;
  readonly accepted: Set<string>;
  readonly unanswered: Map<string, UpdateJob>;
  openUpdates: number;
  deliver(job: Job): void;
  close(end: End): void;
}

/** Does what the code of a run asked for, now that its task is completed. */
export function carryOut(run: CommandedRun, command: Command): unknown {
  switch (command.kind) {
    case 'timer':
      return startTimer(run, command);
    case 'cancelTimer':
      run.clock.cancel(run.timers.get(command.seq));
      return run.timers.delete(command.seq);
    case 'activity':
      return schedule(run, command);
    case 'cancelActivity':
      return run.activities.get(command.seq)?.cancel();
    case 'signal':
      return signal(run, command);
    case 'child':
      return startChild(run, command);
    case 'attributes':
      return Object.assign(run.attributes, command.pairs);
    case 'accept':
      run.accepted.add(command.update.id);
      return run.unanswered.set(command.update.id, command.update);
    case 'answer':
      run.openUpdates -= 1;
      run.unanswered.delete(command.update.id);
      if ('failure' in command) return command.update.reply.reject(command.failure);
      return command.update.reply.resolve(command.value);
    case 'close':
      return run.close(command.end);
    case 'marker':
    case 'patch':
      return undefined;
    default:
      return command satisfies never;
  }
}

function startTimer(run: CommandedRun, { seq, ms }: Of<'timer'>): void {
  const timer = run.clock.after(ms, () => {
    run.timers.delete(seq);
    run.deliver({ kind: 'fire', seq });
    return false;
  });
  run.timers.set(seq, timer);
}

function schedule(run: CommandedRun, command: Of<'activity'>): void {
  const { seq } = command;
  const task = run.server.begin(run, command, (end) => {
    run.activities.delete(seq);
    run.deliver({ kind: 'resolve', of: 'activity', seq, ...end });
  });
  run.activities.set(seq, task);
}

function signal(run: CommandedRun, { seq, workflowId, runId, name, args }: Of<'signal'>): void {
  const { server } = run;
  const answered = (failure: Error | undefined) =>
    run.deliver({ kind: 'resolve', of: 'signal', seq, ...(failure === undefined ? { value: null } : { failure }) });
  // A server refuses a signal to oneself, whichever run it is for.
  if (workflowId === run.workflowId) server.later(() => answered(server.notFound(workflowId)));
  else server.sendSignal({ workflowId, runId }, { name, args }, answered);
}

function startChild(run: CommandedRun, command: Of<'child'>): void {
  const { seq, type, workflowId } = command;
  const { server } = run;
  server.startChild(run, command, {
    started: (runId) => {
      const refused = () =>
        new WorkflowExecutionAlreadyStartedError('Workflow execution already started', workflowId, type);
      const end = runId === undefined ? { failure: refused() } : { value: runId };
      run.deliver({ kind: 'resolve', of: 'child', seq, ...end });
    },
    ended: (end) => run.deliver({ kind: 'resolve', of: 'childEnd', seq, ...end }),
  });
}
