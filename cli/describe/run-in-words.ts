import type { RunView } from '../../api/ports.ts';
import type { Evidence } from '../../domain/run/evidence.ts';
import type { Segments } from '../../domain/run/outcome.ts';
import { lineInWords } from '../../domain/run/timeline.ts';
import { workloadKey } from '../../domain/target/target.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import { fields, indented, table } from '../output/table.ts';
import { moment } from '../output/times.ts';
import { answersInWords } from './answers.ts';
import { ladderInWords } from './ladder.ts';

/** A run as `kubectl describe` would write it. */
export function runInWords(view: RunView, nowMs: number): string[] {
  const { live } = view;
  return [
    ...headOf(view, nowMs),
    ...section('Waits', live === undefined ? [] : waitOf(live, nowMs)),
    ...section('Ladder', ladderInWords(view)),
    ...section('Verdicts', verdictsOf(view, nowMs)),
    ...section('Segments', segmentsOf((view.report ?? live)?.segments)),
    ...section('Timeline', timelineOf(view)),
    ...section('Evidence', evidenceOf((view.report ?? live)?.evidence)),
    ...section('Answers', live === undefined ? [] : answersInWords(view.id, live, nowMs)),
  ];
}

const section = (title: string, lines: readonly string[]) =>
  lines.length === 0 ? [] : [`${title}:`, ...indented(lines)];

function headOf(view: RunView, nowMs: number): string[] {
  const facts = view.report ?? view.live;
  const target = facts?.target;
  const workload = target === undefined ? workloadListed(view) : workloadKey(target);
  const mode = view.live?.mode === undefined ? '' : ` (mode ${view.live.mode})`;
  const policy = facts?.policy ?? view.policy;
  return fields({
    Name: view.id,
    Summary: facts?.summary,
    Workload: workload,
    Pod: target?.pod?.name,
    Cluster: target?.cluster ?? view.cluster,
    Alert: facts?.alertname ?? view.alertname,
    Policy: policy === undefined ? undefined : `${policy}${mode}`,
    Phase: view.live?.phase ?? view.phase,
    Outcome: view.report?.outcome ?? view.outcome,
    Reason: facts?.reason ?? view.reason,
    Started: moment(view.startedAt, nowMs),
    Closed: view.closedAt && moment(view.closedAt, nowMs),
    'Merged into': facts?.mergedInto,
    Joined: facts?.joined?.length ? facts.joined.join(', ') : undefined,
    'Not told': facts?.undelivered?.map(({ receiver, why }) => `${receiver}: ${why}`).join('; '),
    Acknowledged: view.live?.acknowledgedBy,
    Run: view.runId,
    'Web UI': view.webUi,
    Note: view.note,
  });
}

const workloadListed = ({ namespace, workload }: RunView) =>
  workload === undefined ? undefined : `${namespace ?? '?'}/${workload}`;

function waitOf({ phase, waitingFor, nextTimerAt }: NonNullable<RunView['live']>, nowMs: number): string[] {
  if (phase === 'Closed') return [];
  return fields({ For: waitingFor, Until: nextTimerAt && moment(nextTimerAt, nowMs) });
}

function verdictsOf({ live }: RunView, nowMs: number): string[] {
  const { verdicts = [] } = live ?? {};
  if (verdicts.length === 0) return [];
  return table(verdicts, [
    { head: 'VERDICT', cell: ({ verdict }) => verdict },
    { head: 'REASON', cell: ({ reason }) => reason },
    { head: 'WHEN', cell: ({ at }) => moment(at, nowMs) },
    { head: 'DETAIL', cell: ({ detail }) => detail },
  ]);
}

const segmentNames: Record<keyof Segments, string> = {
  receivedToVerifiedMs: 'Received to verified',
  verifiedToPermittedMs: 'Verified to permitted',
  awaitingApprovalMs: 'Waiting for people',
  permittedToActedMs: 'Permitted to acted',
  actedToHealthyMs: 'Acted to healthy',
};

function segmentsOf(segments: Segments | undefined): string[] {
  const named = Object.entries(segmentNames).map(([key, name]) => {
    const ms = segments?.[key as keyof Segments];
    return [name, ms === undefined ? undefined : formatDuration(ms)] as const;
  });
  return fields(Object.fromEntries(named));
}

function timelineOf(view: RunView): string[] {
  const { timeline = [] } = view.report ?? view.live ?? {};
  return timeline.map((entry) => {
    const why = entry.reason === undefined ? '' : ` [${entry.reason}]`;
    return `${entry.at}  ${lineInWords(entry)}${why}`;
  });
}

function evidenceOf(evidence: Evidence | undefined): string[] {
  if (evidence === undefined) return [];
  const { capturedAt, status, events, logs, missing } = evidence;
  const logSections = Object.entries(logs).flatMap(([container, text]) =>
    section(`Log of ${container}`, text.trimEnd().split('\n')),
  );
  return [
    ...fields({ Captured: capturedAt }),
    ...section('Status', status),
    ...section('Events', events),
    ...logSections,
    ...section('Missing', missing),
  ];
}
