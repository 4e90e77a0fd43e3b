import { isStopped, type Standing } from '../domain/run/way-back.ts';
import type { FindRefused, HubActivities, RunRef } from './contract.ts';
import type { GuardConnection } from './guard/client.ts';

/** The runs of this Temporal namespace, as the sweep needs them; every call fails with TEMPORAL_UNAVAILABLE. */
export interface RefusedRuns {
  /** A page of at most so many. */
  find(wanted: FindRefused, pageSize: number): Promise<{ runs: RunRef[]; next?: string }>;
  /** Starts the run's alert anew; undefined where a newer run of it is there, which then is the one to look at. */
  startAnew(run: RunRef): Promise<RunRef | undefined>;
  /** Tells an open escalation to look at its workload again; one that has ended is left alone. */
  tellToLook(run: RunRef): Promise<void>;
  standing(run: RunRef): Promise<Standing>;
  /** Starts the cluster's sweep or tells the one that runs. */
  startSweep(sweep: { cluster: string; sinceMs: number; perSecond: number }): Promise<void>;
}

export interface SweepDeps {
  runs: RefusedRuns;
  connection: Pick<GuardConnection, 'state' | 'refused'>;
  /** Runs started a second at most. */
  perSecond: number;
}

const pageSize = 50;

type SweepActivities = Pick<
  HubActivities,
  'startSweep' | 'findRefused' | 'lookAgainAt' | 'standingOf' | 'handBackRefused'
>;

/** What the sweep does, and its start. */
export function sweepActivities({ runs, connection, perSecond }: SweepDeps): SweepActivities {
  return {
    startSweep: (sweep) => runs.startSweep({ ...sweep, perSecond }),
    async findRefused(wanted) {
      if (isStopped(await connection.state(wanted.cluster))) return { kind: 'stopped' };
      return { kind: 'page', ...(await runs.find(wanted, pageSize)) };
    },
    async lookAgainAt({ kind, runs: given, atMost }) {
      const begun: RunRef[] = [];
      let seen = 0;
      for (const run of given) {
        if (begun.length >= atMost) break;
        seen += 1;
        if (kind === 'escalated') {
          await runs.tellToLook(run);
          begun.push(run);
          continue;
        }
        const next = await runs.startAnew(run);
        if (next !== undefined) begun.push(next);
      }
      return { begun, left: given.slice(seen) };
    },
    async standingOf({ runs: given }) {
      const standings = await Promise.all(given.map((run) => runs.standing(run)));
      const count = (wanted: Standing) => standings.filter((standing) => standing === wanted).length;
      return { verifying: count('verifying'), refused: count('refused') };
    },
    async handBackRefused({ cluster, sinceMs }) {
      await connection.refused(cluster, { atMs: sinceMs });
    },
  };
}
