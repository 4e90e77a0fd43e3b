import type { RemediationReport } from '../../domain/run/outcome.ts';
import { actInWords, writesIn } from '../demo/acts.ts';
import { follow, runOf } from '../demo/follow.ts';
import type { ShownRun } from '../demo/mendflow-api.ts';
import type { Narrator } from '../demo/narrator.ts';
import { type Place, sceneLabel } from '../demo/scenes/scene.ts';
import { arrange } from '../demo/scenes/world.ts';
import { app } from './app.ts';
import type { Bed } from './bed.ts';
import type { CaseAnswer, Expected, NodeCase } from './case.ts';

/** How a case ended, and in what it differed from how it must end. */
export interface PlayedCase {
  played: NodeCase;
  /** Absent when it was not played to its end. */
  report?: RemediationReport;
  /** `create pods/eviction`, in order, as the API server's audit log has them. */
  acts: string[];
  /** From the fault to the alert at the intake, from there to the first act; absent where there was none. */
  toAlertMs?: number;
  toActMs?: number;
  /** Runs under the policy, and messages that people were sent, from the fault to the end of the case. */
  runs: number;
  /** What people were paged with. */
  pages: readonly string[];
  messages: Readonly<Record<'approvalNeeded' | 'escalation' | 'closed' | 'storm', number>>;
  differences: string[];
}

/** The longest is a crash loop that must show three restarts, then the rule's minute, then the steps of the ladder. */
const endsWithinMs = 480_000;

/** The worker's writes since the moment, in order: those in the case's namespace, or all of them where it is about nodes. */
const actsSince = ({ sandbox }: Bed, { name, isAboutNodes }: NodeCase, sinceMs: number) =>
  writesIn(sandbox.kubernetes.auditLog ?? '').filter(
    ({ namespace, receivedAtMs }) => (isAboutNodes || namespace === name) && receivedAtMs >= sinceMs,
  );

/** Creates what is there and well before; nodes get the label by which the case's policy names them. */
async function prepare(place: Place, { world, isAboutNodes }: NodeCase): Promise<void> {
  const { admin, namespace, sandbox } = place;
  if (isAboutNodes) {
    const content = {
      type: 'application/merge-patch+json',
      content: { metadata: { labels: { [sceneLabel]: namespace } } },
    };
    for (const { name } of sandbox.realNodes.nodes) await admin.call('PATCH', `/api/v1/nodes/${name}`, content);
  }
  await arrange(place, world?.(place) ?? [app(place)], 90_000);
}

const isAsked = (shown: ShownRun, answer: CaseAnswer): boolean => {
  if (answer === 'take-over') return isEscalated(shown);
  const action = 'approve' in answer ? answer.approve : answer.reject;
  return shown.live?.question?.action === action;
};

const isEscalated = ({ live }: ShownRun) => live?.phase === 'Escalated';
const hasEnded = ({ report }: ShownRun) => report !== undefined;

/**
 * Gives each answer as soon as it is asked for; resolves with the run when it has ended. A run that is escalated where the
 * case wants something else is taken over at once: it would stay open.
 */
async function answered({ mendflow }: Bed, { name, answers = [] }: NodeCase, id: string, narrator: Narrator) {
  const run = follow(mendflow, id, { ...narrator, say: (text, atMs) => narrator.say(`${name}: ${text}`, atMs) });
  const note = { note: 'the check answers' };
  for (const answer of answers) {
    const what = answer === 'take-over' ? 'it is escalated' : `a person is asked: ${JSON.stringify(answer)}`;
    const holds = (shown: ShownRun) => isAsked(shown, answer) || isEscalated(shown) || hasEnded(shown);
    const shown = await run.until(what, holds, endsWithinMs);
    if (!isAsked(shown, answer)) break;
    const verb = answer === 'take-over' ? answer : 'approve' in answer ? 'approve' : 'reject';
    const digest = shown.live?.question?.digest;
    await mendflow.send(id, verb, { ...note, ...(digest !== undefined && { digest }) });
    if (answer === 'take-over') return run.until('it ends', hasEnded, endsWithinMs);
  }
  const isOver = (shown: ShownRun) => hasEnded(shown) || isEscalated(shown);
  const last = await run.until('it ends', isOver, endsWithinMs);
  if (last.report) return last;
  await mendflow.send(id, 'take-over', note).catch(async (error: unknown) => {
    // Nothing to take over where the workload became well by itself in this moment.
    if (!hasEnded(await mendflow.show(id))) throw error;
  });
  return run.until('it ends', hasEnded, endsWithinMs);
}

/** Runs that leave the word to another run of the same workload. */
const silentEnds: readonly string[] = ['denied', 'merged'];

/** Follows the first run under the policy that speaks for the fault to its end; resolves with it, or with the last of the others. */
async function runToItsEnd(bed: Bed, played: NodeCase, sinceMs: number, narrator: Narrator): Promise<ShownRun> {
  const { mendflow } = bed;
  const { name } = played;
  let { id } = await runOf(mendflow, { policy: name, sinceMs, withinMs: endsWithinMs });
  const seen = new Set<string>();
  for (;;) {
    seen.add(id);
    const ended = await answered(bed, played, id, narrator);
    const others = (await mendflow.runs({ policy: name })).filter((run) => !seen.has(run.id));
    if (!silentEnds.includes(ended.report?.outcome ?? '') || others[0] === undefined) return ended;
    id = others[0].id;
  }
}

/** In words, each thing in which the case did not end as it must. */
export function differencesOf(
  { outcome, orOutcome = outcome, reason, because, acts, orActs = acts, escalationsAtMost = 0 }: Expected,
  report: RemediationReport,
  seen: Pick<PlayedCase, 'acts' | 'pages'>,
): string[] {
  const listed = (items: readonly string[]) => items.join(', ') || 'none';
  const reasons = report.timeline.flatMap((entry) => entry.reason ?? []);
  return [
    ...([outcome, orOutcome].includes(report.outcome) ? [] : [`outcome: ${report.outcome}, not ${outcome}`]),
    ...(reason === undefined || report.reason === reason ? [] : [`reason: ${report.reason ?? 'none'}, not ${reason}`]),
    ...(because === undefined || reasons.includes(because) ? [] : [`${because} is not among ${listed(reasons)}`]),
    ...([acts, orActs].some((each) => listed(each) === listed(seen.acts))
      ? []
      : [`acts: ${listed(seen.acts)}, not ${listed(acts)}`]),
    ...(seen.pages.length <= escalationsAtMost
      ? []
      : [`${seen.pages.length} pages, ${escalationsAtMost} at most: ${seen.pages.join(' | ')}`]),
  ];
}

/** What people were sent about the policy, of every case where it is about nodes, since the moment. */
function messagesSince({ told }: Bed, { name, isAboutNodes }: NodeCase, sinceMs: number) {
  const messages = { approvalNeeded: 0, escalation: 0, update: 0, closed: 0, storm: 0 };
  const pages: string[] = [];
  for (const { atMs, notification } of told) {
    const { kind, summary, report } = notification;
    if (atMs < sinceMs || !(isAboutNodes || report?.policy === name)) continue;
    messages[kind] += 1;
    if (kind === 'escalation') pages.push(summary);
  }
  return { messages, pages };
}

async function perform(bed: Bed, played: NodeCase, place: Place, narrator: Narrator): Promise<PlayedCase> {
  const { mendflow } = bed;
  const { name } = played;
  const brokenMs = Date.now();
  await played.breakIt(place);
  narrator.say(`${name}: ${played.fault}`);
  const meanwhile = played.meanwhile?.(place);
  const [ended] = await Promise.all([runToItsEnd(bed, played, brokenMs, narrator), meanwhile]);
  const { startedAt } = ended;
  const report = ended.report as RemediationReport;
  const requests = actsSince(bed, played, brokenMs);
  const acts = requests.map(actInWords);
  const heard = messagesSince(bed, played, brokenMs);
  const runs = (await mendflow.runs({ policy: name })).length;
  const [first] = requests;
  return {
    ...{ played, report, acts, runs, ...heard, toAlertMs: Date.parse(startedAt) - brokenMs },
    ...(first && { toActMs: first.answeredAtMs - Date.parse(startedAt) }),
    differences: [
      ...differencesOf(played.expected, report, { acts, pages: heard.pages }),
      ...((await played.look?.(place, report)) ?? []),
    ],
  };
}

/** Takes away what a case leaves broken, which would alert again while others are played. */
export async function tidy({ admin }: Bed, { played, report }: PlayedCase): Promise<void> {
  if (report?.outcome !== 'escalated') return;
  await admin.call('DELETE', `/api/v1/namespaces/${played.name}`);
}

/** Plays one case; one that cannot be played to its end differs in just that. */
export async function playCase(bed: Bed, played: NodeCase, narrator: Narrator): Promise<PlayedCase> {
  const place: Place = { namespace: played.name, admin: bed.admin, sandbox: bed.sandbox };
  const startedMs = Date.now();
  try {
    await prepare(place, played);
    return await perform(bed, played, place, narrator);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const acts = actsSince(bed, played, startedMs).map(actInWords);
    return { played, acts, runs: 0, ...messagesSince(bed, played, startedMs), differences: [why] };
  }
}
