import { CancelledFailure } from '@temporalio/common';
import type { Clock } from './clock.ts';
import { type ExecutionContext, executionContexts } from './execution-context.ts';

type Listener = (failure: CancelledFailure) => void;

/** The workflow code that a scope is a part of. */
interface ScopeOwner {
  readonly execution: { readonly clock: Clock };
  readonly moment: { readonly nowMs: number };
}

/** A part of a workflow that is cancelled together. What it waits for listens; so do the scopes inside of it. */
export class Scope implements ExecutionContext {
  readonly owner: ScopeOwner;
  readonly parent: Scope | undefined;
  readonly cancellable: boolean;
  #failure: CancelledFailure | undefined;
  readonly #listeners = new Set<Listener>();

  constructor(owner: ScopeOwner, { parent, cancellable = true }: { parent?: Scope; cancellable?: boolean } = {}) {
    this.owner = owner;
    this.parent = parent;
    this.cancellable = cancellable;
    if (parent === undefined || !cancellable) return;
    if (parent.#failure !== undefined && parent.cancellable) this.#failure = parent.#failure;
    else parent.#listeners.add((failure) => this.#cancel(failure));
  }

  get clock(): Clock {
    return this.owner.execution.clock;
  }

  /** The moment of the activation: code that is run again sees the same time again. */
  get nowMs(): number {
    return this.owner.moment.nowMs;
  }

  /** Workflow code outlives its worker: another one goes on with it. */
  get isDead(): boolean {
    return false;
  }

  /** Cancelled, and not shielded from it. */
  get consideredCancelled(): boolean {
    return this.#failure !== undefined && this.cancellable;
  }

  /** Rejects when the scope is cancelled. */
  get cancelRequested(): Promise<never> {
    const requested = new Promise<never>((_, reject) => {
      if (this.#failure !== undefined) reject(this.#failure);
      else this.#listeners.add(reject);
    });
    requested.catch(() => undefined);
    return requested;
  }

  /** Runs `work` inside of this scope, across all its awaits. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return executionContexts.run(this, async () => work());
  }

  cancel(): void {
    this.#cancel(
      new CancelledFailure(this.parent === undefined ? 'Workflow cancelled' : 'Cancellation scope cancelled'),
    );
  }

  /** Tells `listener` when the scope is cancelled, at once when it was; never when it is shielded. Returns what stops it. */
  onCancelled(listener: Listener): () => void {
    if (!this.cancellable) return () => undefined;
    if (this.#failure !== undefined) {
      listener(this.#failure);
      return () => undefined;
    }
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #cancel(failure: CancelledFailure): void {
    if (this.#failure !== undefined) return;
    this.#failure = failure;
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener(failure);
  }
}

/** The scope that the code runs in. Throws outside of a workflow. */
export function currentScope(): Scope {
  const context = executionContexts.getStore();
  if (context instanceof Scope) return context;
  throw new Error('this may only be called from workflow code');
}

/** Whether the code that runs is a workflow's. */
export const isInWorkflow = (): boolean => executionContexts.getStore() instanceof Scope;
