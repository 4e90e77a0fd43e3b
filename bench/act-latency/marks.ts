/** As much of a history's event as the bench looks at; times are milliseconds since 1970 with fractions. */
export interface HistoryEvent {
  id: number;
  atMs: number;
  type: string;
  /** Name of the activity, or of the signal. */
  name?: string;
  /** The event that this one belongs to: an activity's schedule. */
  of?: number;
}

/** One moment on the way from the webhook to the act. */
export interface Mark {
  name: string;
  atMs: number | undefined;
}

type Find = (events: readonly HistoryEvent[]) => number | undefined;

const first =
  (type: string, name?: string): Find =>
  (events) =>
    events.find((event) => event.type === type && (name === undefined || event.name === name))?.atMs;

/** When the activity of that name, in its first run, came to that point. */
const activity =
  (name: string, type: string): Find =>
  (events) => {
    const scheduled = events.find((event) => event.type === 'ActivityTaskScheduled' && event.name === name);
    return events.find((event) => event.type === type && event.of === scheduled?.id)?.atMs;
  };

const phasesOf = (name: string): [string, Find][] => [
  [`${name} scheduled`, first('ActivityTaskScheduled', name)],
  [`${name} started`, activity(name, 'ActivityTaskStarted')],
  [`${name} completed`, activity(name, 'ActivityTaskCompleted')],
];

/** What a history tells, in the order of the runbook. */
const historyMarks: [string, Find][] = [
  ['run created', first('WorkflowExecutionStarted')],
  ['first workflow task started', first('WorkflowTaskStarted')],
  ...phasesOf('verify'),
  ['permit recorded', first('LocalActivityCompleted', 'askGuard')],
  ['remediate scheduled', first('ActivityTaskScheduled', 'remediate')],
  ['remediate started', activity('remediate', 'ActivityTaskStarted')],
];

/** The moments of one run, from the webhook to the act, in the order of the runbook. */
export function marksOf(
  events: readonly HistoryEvent[],
  { sentAtMs, act }: { sentAtMs: number; act: { receivedAtMs: number; doneAtMs: number } | undefined },
): Mark[] {
  return [
    { name: 'webhook sent', atMs: sentAtMs },
    ...historyMarks.map(([name, find]) => ({ name, atMs: find(events) })),
    { name: 'eviction at the API server', atMs: act?.receivedAtMs },
    { name: 'eviction done', atMs: act?.doneAtMs },
  ];
}

/** Milliseconds since the mark before, and since the first, under each mark's name; marks that are missing are skipped. */
export function gapsOf(marks: readonly Mark[]): { name: string; gapMs: number; totalMs: number }[] {
  const known = marks.flatMap(({ name, atMs }) => (atMs === undefined ? [] : [{ name, atMs }]));
  const startMs = known[0]?.atMs ?? 0;
  return known.map(({ name, atMs }, index) => ({
    name,
    gapMs: atMs - (known[index - 1]?.atMs ?? startMs),
    totalMs: atMs - startMs,
  }));
}
