import type { RemediationReport, StepRecord } from '../../domain/run/outcome.ts';
import { actsIn } from './acts.ts';
import { deliver } from './deliver.ts';
import { type Follower, follow, runOf } from './follow.ts';
import type { ShownRun } from './mendflow-api.ts';
import type { Narrator } from './narrator.ts';
import { type Answer, type Place, type Scene, sceneLabel } from './scenes/scene.ts';
import { arrange } from './scenes/world.ts';
import type { Setup } from './setup.ts';

/** How a scene ended, and in what it differed from how it must end. */
export interface Played {
  scene: Scene;
  /** Absent when it was not played to its end. */
  run?: ShownRun;
  differences: string[];
  tookMs: number;
}

/** Plays one scene; a scene that cannot be played to its end differs in just that. */
export async function play(setup: Setup, scene: Scene, narrator: Narrator): Promise<Played> {
  const startedMs = Date.now();
  try {
    const { run, report, acts } = await perform(setup, scene, narrator);
    return { scene, run, differences: differencesOf(scene, report, acts), tookMs: Date.now() - startedMs };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { scene, differences: [why], tookMs: Date.now() - startedMs };
  }
}

async function perform(setup: Setup, scene: Scene, narrator: Narrator) {
  const { sandbox, admin, mendflow } = setup;
  const place: Place = { namespace: scene.name, admin, sandbox };
  await arrange(place, scene.world(place.namespace));
  const sinceMs = Date.now();
  const labels = await scene.breakIt(place);
  narrator.say(scene.broken);
  const { alertname } = scene;
  if (alertname !== undefined) await deliver(setup, { alertname, severity: 'warning', ...labels });
  const { id } = await runOf(mendflow, { policy: scene.name, sinceMs, withinMs: 30_000 });
  const run = follow(mendflow, id, narrator);
  const [ended] = await Promise.all([answered(setup, scene, { id, run }, narrator), scene.meanwhile?.(place)]);
  const acts = actsIn(sandbox.kubernetes.auditLog ?? '', scene.name, await nodesOf(place));
  return { run: ended, report: ended.report as RemediationReport, acts };
}

/** Gives each answer as soon as it is asked for; resolves with the run when it has ended. */
async function answered(
  { mendflow }: Setup,
  { answers = [] }: Scene,
  { id, run }: { id: string; run: Follower },
  narrator: Narrator,
): Promise<ShownRun> {
  const note = { note: 'the demo answers' };
  for (const answer of answers) {
    const { live } = await run.until(`somebody can ${answer}`, ({ live }) => isAsked(live, answer), 60_000);
    const digest = live?.question?.digest;
    narrator.say(`we answer through the API: POST …/${answer}${live?.question ? ` (${live.question.action})` : ''}`);
    await mendflow.send(id, answer, { ...note, ...(digest !== undefined && { digest }) });
  }
  return run.until('it ends', ({ report }) => report !== undefined, 90_000);
}

function isAsked(live: { question?: unknown; phase: string } | undefined, answer: Answer): boolean {
  const isAnswerToQuestion = answer === 'approve' || answer === 'reject';
  return isAnswerToQuestion ? live?.question !== undefined : live?.phase === 'Escalated';
}

async function nodesOf({ admin, namespace }: Place): Promise<string[]> {
  const path = `/api/v1/nodes?labelSelector=${encodeURIComponent(`${sceneLabel}=${namespace}`)}`;
  const { items } = await admin.call<{ items: { metadata: { name: string } }[] }>('GET', path);
  return items.map(({ metadata }) => metadata.name);
}

/** `evictPod kept, irreversible`. */
export const stepInWords = ({ action, result, effect }: StepRecord) =>
  `${action} ${result}${effect === undefined || effect === result ? '' : `, ${effect}`}`;

/** In words, each thing in which the run is not what the scene says it must be. */
export function differencesOf(
  { mustEnd }: Pick<Scene, 'mustEnd'>,
  report: RemediationReport,
  acts: readonly string[],
): string[] {
  const { outcome, reason, because, steps } = mustEnd;
  const reasons = report.timeline.flatMap((entry) => entry.reason ?? []);
  const listed = (items: readonly string[]) => items.join(', ') || 'none';
  const pairs: [what: string, wanted: string, got: string][] = [
    ['outcome', outcome, report.outcome],
    ['reason', reason ?? 'none', report.reason ?? 'none'],
    ['steps', listed(steps), listed(report.steps.map(stepInWords))],
    ['acts at the API server', listed(mustEnd.acts), listed(acts)],
  ];
  const differing = pairs.filter(([, wanted, got]) => wanted !== got);
  return [
    ...differing.map(([what, wanted, got]) => `${what}: ${got}, not ${wanted}`),
    ...(because === undefined || reasons.includes(because)
      ? []
      : [`reasons in the timeline: ${listed(reasons)}; ${because} is not among them`]),
  ];
}
