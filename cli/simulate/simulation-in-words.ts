import { targetLabel } from '../../domain/target/target.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import type { SimulationReport } from '../../simulation/simulate/simulate-alerts.ts';
import type { RunView } from '../../simulation/world.ts';
import { fields, indented } from '../output/table.ts';
import { sinceStart, timelineInWords } from '../output/timeline.ts';

/** The whole story in words, each run for itself; times count from the moment of the copy. */
export function simulationInWords(report: SimulationReport, source: string): string[] {
  const { startMs, assumptions, runs, acts, told, alerts } = report;
  const since = (atMs: number) => sinceStart(atMs - startMs);
  const done = acts.map(({ atMs, action, object }) => `${since(atMs)}  ${action} on ${object}`);
  const said = told.map(({ atMs, receiver, notification: { kind, summary } }) => {
    return `${since(atMs)}  ${receiver}: ${kind}, ${summary}`;
  });
  return [
    `Simulated on ${source}, as of ${new Date(startMs).toISOString()}; nothing was written.`,
    ...section('Assumed', assumptions),
    ...alerts.flatMap((judged) => {
      const run = runs.find(({ alert }) => alert.fingerprint === judged.alert.fingerprint);
      return [
        '',
        ...fields({ ...choiceInWords(judged), ...(run && factsOf(run)) }),
        ...section('Not chosen', losersInWords(judged)),
        ...(run ? storyOf(run, startMs) : []),
      ];
    }),
    '',
    ...section('Would have done', done.length === 0 ? ['nothing'] : done),
    ...section('Would have notified', said.length === 0 ? ['nobody'] : said),
  ];
}

const section = (title: string, lines: readonly string[]) =>
  lines.length === 0 ? [] : [`${title}:`, ...indented(lines)];

type Judged = SimulationReport['alerts'][number];

const losersInWords = ({ losers }: Judged) => losers.map(({ policy, why }) => `${policy}: ${why}`);

function choiceInWords({ alert, policy = 'none' }: Judged) {
  const labels = Object.entries(alert.labels).map(([name, value]) => `${name}=${value}`);
  return { Alert: labels.join(' '), Policy: policy };
}

const openInWords = ({ phase }: RunView['status']) =>
  phase === 'Escalated' ? 'escalated, waits for a person' : `still ${phase}`;

function factsOf({ status, report, closedAtMs }: RunView) {
  const { target, mode, ladder, reason, summary } = status;
  const outcome = report?.outcome ?? (closedAtMs === undefined ? openInWords(status) : 'ended without a report');
  const steps = ladder.map(({ action, withinMs, approval }) => {
    const person = approval === 'None' ? '' : `, approval ${approval}`;
    return `${action} (healthy within ${formatDuration(withinMs)}${person})`;
  });
  return {
    Target: target && targetLabel(target),
    Mode: mode,
    Ladder: steps.join(', then ') || undefined,
    Outcome: `${outcome}${reason === undefined ? '' : ` (${reason})`}`,
    Summary: summary,
  };
}

const storyOf = ({ status }: RunView, startMs: number) =>
  section('Story', timelineInWords(status.timeline, startMs, true));

/** The same for scripts. */
export function simulationDocument({ startMs, runs, acts, told, ...rest }: SimulationReport, source: string) {
  const time = (atMs: number) => new Date(atMs).toISOString();
  return {
    source,
    at: time(startMs),
    ...rest,
    runs: runs.map(({ workflowId, status, report }) => {
      return { id: workflowId, ...status, outcome: report?.outcome ?? 'running' };
    }),
    acts: acts.map(({ atMs, ...act }) => ({ at: time(atMs), ...act })),
    told: told.map(({ atMs, receiver, notification: { kind, level, summary, reason } }) => {
      return { at: time(atMs), receiver, kind, level, summary, reason };
    }),
  };
}
