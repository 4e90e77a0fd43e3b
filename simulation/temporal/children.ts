import { currentInstance } from './instance.ts';
import { sent } from './payload.ts';
import { currentScope } from './scope.ts';

/** What becomes of a child when its parent closes; without a word it is terminated. */
export const ParentClosePolicy = { TERMINATE: 'TERMINATE', ABANDON: 'ABANDON' } as const;
type Policy = (typeof ParentClosePolicy)[keyof typeof ParentClosePolicy];

/** How a workflow starts another one. */
export interface ChildOptions {
  args?: readonly unknown[];
  workflowId: string;
  /** Absent: the parent's. */
  taskQueue?: string;
  parentClosePolicy?: Policy;
}

/** A child that has started. */
export interface ChildHandle {
  workflowId: string;
  firstExecutionRunId: string;
}

/**
 * Resolves when the child is on record, wherever that leaves its parent. Rejects with WorkflowExecutionAlreadyStartedError
 * where one of its id runs.
 */
export function startChild(child: string | { name: string }, options: ChildOptions): Promise<ChildHandle> {
  const scope = currentScope();
  const instance = currentInstance();
  const type = typeof child === 'string' ? child : child.name;
  const { workflowId, args = [], taskQueue = instance.execution.taskQueue, parentClosePolicy } = options;
  const seq = instance.nextSequence('child');
  return new Promise((resolve, reject) => {
    if (scope.consideredCancelled) {
      scope.onCancelled(reject);
      return;
    }
    const isAbandoned = parentClosePolicy === 'ABANDON';
    instance.ask(
      { kind: 'child', seq, type, workflowId, taskQueue, args: sent(args), isAbandoned },
      { resolve: (runId) => resolve({ workflowId, firstExecutionRunId: String(runId) }), reject },
    );
  });
}
