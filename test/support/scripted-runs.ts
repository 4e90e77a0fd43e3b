import type { FindRefused, RunRef } from '../../activities/contract.ts';
import type { RefusedRuns } from '../../activities/sweep.ts';
import type { Standing } from '../../domain/run/way-back.ts';

/** Runs that were refused, as a test says; what the sweep does with them is noted. */
export class ScriptedRuns implements RefusedRuns {
  closed: RunRef[] = [];
  escalated: RunRef[] = [];
  /** Ids of runs that have a newer one. */
  superseded: string[] = [];
  /** How runs stand that were started anew; the last one stays. */
  standings: Standing[] = ['open'];
  readonly wanted: FindRefused[] = [];
  /** Workflow ids, in the order in which they were started anew or told. */
  readonly started: string[] = [];
  readonly told: string[] = [];
  readonly sweeps: { cluster: string; sinceMs: number }[] = [];
  pageSize = 50;

  async find(wanted: FindRefused) {
    this.wanted.push(wanted);
    const all = wanted.kind === 'closed' ? this.closed : this.escalated;
    const from = Number(wanted.after ?? 0);
    const next = from + this.pageSize < all.length ? { next: String(from + this.pageSize) } : {};
    return { runs: all.slice(from, from + this.pageSize), ...next };
  }
  async startAnew({ workflowId }: RunRef) {
    if (this.superseded.includes(workflowId)) return undefined;
    this.superseded.push(workflowId);
    this.started.push(workflowId);
    return { workflowId, runId: `again-${workflowId}` };
  }
  async tellToLook({ workflowId }: RunRef) {
    this.told.push(workflowId);
  }
  async standing() {
    return (this.standings.length > 1 ? this.standings.shift() : this.standings[0]) ?? 'open';
  }
  async startSweep({ cluster, sinceMs }: { cluster: string; sinceMs: number }) {
    this.sweeps.push({ cluster, sinceMs });
  }
}
