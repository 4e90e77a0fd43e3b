import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { Command } from './commands.ts';
import type { Execution } from './execution.ts';

type Of<K extends Command['kind']> = Extract<Command, { kind: K }>;

/** Does what the code of a run asked for, now that its task is completed. */
export function carryOut(run: Execution, command: Command): unknown {
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

function startTimer(run: Execution, { seq, ms }: Of<'timer'>): void {
  const timer = run.clock.after(ms, () => {
    run.timers.delete(seq);
    run.deliver({ kind: 'fire', seq });
    return false;
  });
  run.timers.set(seq, timer);
}

function schedule(run: Execution, command: Of<'activity'>): void {
  const { seq } = command;
  const task = run.server.begin(run, command, (end) => {
    run.activities.delete(seq);
    run.deliver({ kind: 'resolve', of: 'activity', seq, ...end });
  });
  run.activities.set(seq, task);
}

function signal(run: Execution, { seq, workflowId, runId, name, args }: Of<'signal'>): void {
  const { server } = run;
  const answered = (failure: Error | undefined) =>
    run.deliver({ kind: 'resolve', of: 'signal', seq, ...(failure === undefined ? { value: null } : { failure }) });
  // A server refuses a signal to oneself, whichever run it is for.
  if (workflowId === run.workflowId) server.later(() => answered(server.notFound(workflowId)));
  else server.sendSignal({ workflowId, runId }, { name, args }, answered);
}

function startChild(run: Execution, command: Of<'child'>): void {
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
