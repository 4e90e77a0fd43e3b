import { eventually } from '../process.ts';
import { SandboxError } from '../sandbox-error.ts';
import type { MendflowApi, ShownRun } from './mendflow-api.ts';
import type { Narrator } from './narrator.ts';

/** The first run for the alert that began after the moment given (Unix ms); rejects when none comes in time. */
export async function runFor(
  api: MendflowApi,
  wanted: { alertname: string; sinceMs: number; withinMs: number },
): Promise<ShownRun> {
  let found: ShownRun | undefined;
  const isThere = async () => {
    const runs = await api.runs({ namespace: 'shop' });
    found = runs
      .filter((run) => run.alertname === wanted.alertname && Date.parse(run.startedAt) >= wanted.sinceMs)
      .sort((a, b) => a.startedAt.localeCompare(b.startedAt))[0];
    return found !== undefined;
  };
  await eventually(isThere, wanted.withinMs);
  if (found) return found;
  throw new SandboxError(`no run for ${wanted.alertname} within ${wanted.withinMs / 1000} s`);
}

/** The first run under the policy that began after the moment given (Unix ms); rejects when none comes in time. */
export async function runOf(
  api: MendflowApi,
  wanted: { policy: string; sinceMs: number; withinMs: number },
): Promise<ShownRun> {
  let found: ShownRun | undefined;
  const isThere = async () => {
    const runs = await api.runs({ policy: wanted.policy });
    found = runs
      .filter(({ startedAt }) => Date.parse(startedAt) >= wanted.sinceMs)
      .sort((a, b) => a.startedAt.localeCompare(b.startedAt))[0];
    return found !== undefined;
  };
  await eventually(isThere, wanted.withinMs);
  if (found) return found;
  throw new SandboxError(`no run under ${wanted.policy} within ${wanted.withinMs / 1000} s`);
}

/** Follows one run, telling each new line of its timeline. */
export interface Follower {
  /** Resolves with the run when the condition holds; rejects when it ended without, or time is over. */
  until(what: string, holds: (run: ShownRun) => boolean, withinMs: number): Promise<ShownRun>;
}

export function follow(api: MendflowApi, id: string, narrator: Narrator): Follower {
  let toldLines = 0;
  let waitsFor = '';
  const tellNews = ({ live, report }: ShownRun) => {
    const { timeline = [] } = report ?? live ?? {};
    for (const { at, what, reason } of timeline.slice(toldLines)) {
      narrator.say(`${what}${reason === undefined ? '' : ` (${reason})`}`, Date.parse(at));
    }
    toldLines = Math.max(toldLines, timeline.length);
    if (live && live.waitingFor !== waitsFor && live.waitingFor !== 'nothing') {
      waitsFor = live.waitingFor;
      narrator.say(`waiting for ${waitsFor}`);
    }
  };
  return {
    async until(what, holds, withinMs) {
      let last: ShownRun | undefined;
      const isOver = async () => {
        last = await api.show(id);
        tellNews(last);
        return holds(last) || last.report !== undefined;
      };
      await eventually(isOver, withinMs);
      if (last && holds(last)) return last;
      const instead = last?.report ? `it ended: ${last.report.summary}` : `it is ${last?.live?.phase ?? 'unknown'}`;
      throw new SandboxError(`expected that ${what} within ${withinMs / 1000} s; ${instead}`);
    },
  };
}
