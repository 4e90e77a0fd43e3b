import { parseArgs } from 'node:util';
import type { Notification } from '../activities/contract.ts';
import { hopeless, leak } from './demo/chapters.ts';
import type { ShownRun } from './demo/mendflow-api.ts';
import { type Narrator, narratorOn, timelineOf } from './demo/narrator.ts';
import { openStage, type Stage } from './demo/stage.ts';
import { progressOn } from './progress.ts';
import { SandboxError } from './sandbox-error.ts';
import { stopSignal } from './stop-signal.ts';

const usage = `usage: npm run demo [-- --exit]
Breaks a workload in a sandbox of its own and shows how Mendflow heals it. On a terminal it stays up until Ctrl-C.
  --exit   end when the story is told: 0 when it went well, 1 when not`;

const chapters = [
  ['A pod that leaks memory', leak],
  ['A release that never heals', hopeless],
] as const;

/** Ends the process with 2 when it was called wrongly. */
function readArguments(): { exit: boolean } {
  const misused = (why: string) => {
    console.error(`${why}\n${usage}`);
    process.exit(2);
  };
  try {
    const options = { exit: { type: 'boolean' }, context: { type: 'string' }, help: { type: 'boolean' } } as const;
    const { values } = parseArgs({ options });
    if (values.context !== undefined) misused('--context: the demo runs in a sandbox of its own only, so far');
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    return { exit: values.exit === true || !process.stdout.isTTY };
  } catch (error) {
    return misused(error instanceof Error ? error.message : String(error));
  }
}

async function tellStory(stage: Stage, narrator: Narrator): Promise<void> {
  const runs: ShownRun[] = [];
  for (const [title, chapter] of chapters) {
    narrator.chapter(title);
    runs.push(await chapter(stage, narrator));
  }
  narrator.chapter('What happened, when and why');
  for (const run of runs) narrator.show(`\n${timelineOf(run)}`);
  narrator.chapter('Where to look');
  narrator.show(`  Temporal Web UI  ${stage.sandbox.temporal.uiUrl}\n  Mendflow’s API   ${stage.product.url}/docs`);
  if (!stage.hasMonitoring) return;
  const { prometheus, alertmanager } = stage.sandbox.monitoring;
  narrator.show(`  Prometheus       ${prometheus.url}/alerts\n  Alertmanager     ${alertmanager.url}`);
}

/** Runs the demo; resolves with the exit code. */
async function demo(): Promise<number> {
  const { exit } = readArguments();
  const narrator = narratorOn(process.stdout, Date.now);
  const progress = progressOn(process.stderr);
  const stopAsked = stopSignal();
  const told = ({ kind, summary }: Notification) => narrator.say(`☎ on-call is told (${kind}): ${summary}`);
  let stage: Stage | undefined;
  void stopAsked.then(async () => {
    await stage?.stop();
    process.exit(130);
  });
  stage = await openStage({ progress, told });
  narrator.say('ready for alerts');
  try {
    await tellStory(stage, narrator);
    if (exit) return 0;
    narrator.show('\nEverything stays up until Ctrl-C.');
    return await new Promise<never>(() => undefined);
  } finally {
    await stage.stop();
  }
}

process.exitCode = await demo().catch((error: unknown) => {
  console.error(error instanceof SandboxError ? `\n${error.message}` : error);
  return 1;
});
