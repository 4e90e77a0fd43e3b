import { parseArgs } from 'node:util';
import type { Notification } from '../../activities/contract.ts';
import { progressOn } from '../progress.ts';
import { SandboxError } from '../sandbox-error.ts';
import { stopSignal } from '../stop-signal.ts';
import { hopeless, leak } from './chapters.ts';
import type { ShownRun } from './mendflow-api.ts';
import { type Narrator, narratorOn, timelineOf } from './narrator.ts';
import { playAll, programmeOf, sceneList, scenesNamed } from './programme.ts';
import type { Scene } from './scenes/scene.ts';
import { openSetup, type Setup } from './setup.ts';

const usage = `usage: npm run demo [-- --exit] [-- --fault NAME]
Breaks a workload in a sandbox of its own and shows how Mendflow heals it. On a terminal it stays up until Ctrl-C.
  --exit         end when the story is told: 0 when it went well, 1 when not
  --fault NAME   play one kind of fault against its ready-made policy, and end: 0 when it ended as it must, 1 when not
  --fault all    play all of them, one after another
  --fault list   name them`;

const chapters = [
  ['A pod that leaks memory', leak],
  ['A release that never heals', hopeless],
] as const;

interface Arguments {
  exit: boolean;
  /** Absent: the story of the shop. */
  scenes?: readonly Scene[];
}

/** Ends the process with 2 when it was called wrongly. */
function readArguments(): Arguments {
  const misused = (why: string) => {
    console.error(`${why}\n${usage}`);
    process.exit(2);
  };
  try {
    const [flag, text] = [{ type: 'boolean' }, { type: 'string' }] as const;
    const options = { exit: flag, context: text, fault: text, help: flag };
    const { values } = parseArgs({ options });
    if (values.context !== undefined) misused('--context: the demo runs in a sandbox of its own only, so far');
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    if (values.fault === 'list') {
      console.log(sceneList());
      process.exit(0);
    }
    const scenes = values.fault === undefined ? undefined : scenesNamed(values.fault);
    if (values.fault !== undefined && scenes === undefined)
      misused(`there is no fault ${values.fault}:\n${sceneList()}`);
    return { exit: values.exit === true || !process.stdout.isTTY, ...(scenes && { scenes }) };
  } catch (error) {
    return misused(error instanceof Error ? error.message : String(error));
  }
}

async function tellStory(setup: Setup, narrator: Narrator): Promise<void> {
  const runs: ShownRun[] = [];
  for (const [title, chapter] of chapters) {
    narrator.chapter(title);
    runs.push(await chapter(setup, narrator));
  }
  narrator.chapter('What happened, when and why');
  for (const run of runs) narrator.show(`\n${timelineOf(run)}`);
  narrator.chapter('Where to look');
  narrator.show(`  Temporal Web UI  ${setup.sandbox.temporal.uiUrl}\n  Mendflow’s API   ${setup.product.url}/docs`);
  if (!setup.hasMonitoring) return;
  const { prometheus, alertmanager } = setup.sandbox.monitoring;
  narrator.show(`  Prometheus       ${prometheus.alertsUrl}\n  Alertmanager     ${alertmanager.url}`);
}

/** Runs the demo; resolves with the exit code. */
async function demo(): Promise<number> {
  const { exit, scenes } = readArguments();
  const narrator = narratorOn(process.stdout, Date.now);
  const progress = progressOn(process.stderr);
  const stopAsked = stopSignal();
  const told = ({ kind, summary }: Notification) => narrator.say(`☎ on-call is told (${kind}): ${summary}`);
  let setup: Setup | undefined;
  void stopAsked.then(async () => {
    await setup?.stop();
    process.exit(130);
  });
  setup = await openSetup({ progress, told, ...(scenes && { play: programmeOf(scenes) }) });
  narrator.say('ready for alerts');
  try {
    if (scenes) return (await playAll(setup, scenes, narrator)) ? 0 : 1;
    await tellStory(setup, narrator);
    if (exit) return 0;
    narrator.show('\nEverything stays up until Ctrl-C.');
    return await new Promise<never>(() => undefined);
  } finally {
    await setup.stop();
  }
}

process.exitCode = await demo().catch((error: unknown) => {
  console.error(error instanceof SandboxError ? `\n${error.message}` : error);
  return 1;
});
