import type { GuardClientDeps, GuardConnection } from '../../../activities/guard/client.ts';
import type { IncidentReport } from '../../../domain/guard/incidents.ts';
import type { PermitRelease, PermitRequest, Verdict } from '../../../domain/guard/permit.ts';
import type { Recalled } from '../../../domain/guard/recall.ts';
import { emptyGuardState, type GuardState, type Sighting } from '../../../domain/guard/state.ts';

export const denied: Verdict = { kind: 'deny', reason: 'coolingDown', detail: 'x' };

/** A guard that answers when the test says so, and notes what it is told. */
export class FakeGuard implements GuardConnection {
  nowMs = 1_000_000;
  guardState: GuardState | Error = emptyGuardState();
  asked: string[][] = [];
  released: string[] = [];
  told: Sighting[][] = [];
  warnings: string[] = [];
  /** How often its state was read. */
  reads = 0;
  /** What it answers next; called once for each update. */
  answer: (requests: PermitRequest[]) => Promise<{ requestId: string; verdict: Verdict }[]> = async (requests) =>
    requests.map(({ requestId }) => ({ requestId, verdict: denied }));

  decide(cluster: string, requests: PermitRequest[]) {
    this.asked.push(requests.map(({ requestId }) => `${cluster} ${requestId}`));
    return this.answer(requests);
  }
  async release(cluster: string, { requestId }: PermitRelease) {
    this.released.push(`${cluster} ${requestId}`);
  }
  async saw(cluster: string, sightings: Sighting[]) {
    this.told.push(sightings);
    if (cluster === 'unreachable') throw new Error('could not signal it');
  }
  async refused() {}
  async incident(_: string, { key, workflowId }: IncidentReport) {
    return { key, speaker: workflowId };
  }
  async recall(): Promise<Recalled> {
    return { kind: 'first', heard: [] };
  }
  async state() {
    this.reads += 1;
    if (this.guardState instanceof Error) throw this.guardState;
    return this.guardState;
  }
  deps(): GuardClientDeps {
    const logger = { warn: (_: object, message: string) => void this.warnings.push(message) };
    return { connection: this, now: () => this.nowMs, logger };
  }
}
