// `npm run check:real-node [-- --only NAME,…]`: plays faults on nodes with a real kubelet and containerd against the product.
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { narratorOn } from '../sandbox/demo/narrator.ts';
import { elapsed, progressOn } from '../sandbox/progress.ts';
import { type Bed, openBed } from '../sandbox/real-node/bed.ts';
import { allCases, caseGroups } from '../sandbox/real-node/cases/index.ts';
import { lacking } from '../sandbox/real-node/host.ts';
import { type PlayedCase, playCase, tidy } from '../sandbox/real-node/play.ts';
import { tableOf } from '../sandbox/real-node/table.ts';
import { SandboxError } from '../sandbox/sandbox-error.ts';
import { stopSignal } from '../sandbox/stop-signal.ts';

const usage = `usage: npm run check:real-node [-- --only NAME,NAME]
Starts two nodes with a kubelet and a containerd each beside the sandbox's own API server, Prometheus with the shipped
rules, Alertmanager, Temporal and Mendflow, breaks things, and shows for each case what Mendflow did and whether it must.
Needs Linux, root, and Debian's containerd, runc, containernetworking-plugins, busybox-static and iptables. The nodes live
in namespaces of their own: nothing is left behind, also after Ctrl-C.
  --only NAMES   these cases only
The cases: ${allCases.map(({ name }) => name).join(', ')}
Exit code: 0 when each case ended as it must, 1 when one did not, 2 when it cannot be run here.`;

/** Without a server to build. */
const startsWithinMs = 30_000;

/** The groups with the cases asked for; undefined where a name is none. */
function chosen(only: string | undefined) {
  const names = only?.split(',') ?? allCases.map(({ name }) => name);
  if (names.some((name) => !allCases.some((each) => each.name === name))) return undefined;
  return caseGroups.map((group) => group.filter(({ name }) => names.includes(name)));
}

/** Plays the groups one after another, the cases of a group at the same time. */
async function playAll(bed: Bed, groups: NonNullable<ReturnType<typeof chosen>>): Promise<PlayedCase[]> {
  const narrator = narratorOn(process.stdout, Date.now);
  const ended: PlayedCase[] = [];
  for (const group of groups) {
    const of = await Promise.all(group.map((each) => playCase(bed, each, narrator)));
    for (const each of of) await tidy(bed, each);
    ended.push(...of);
  }
  return ended;
}

/** Resolves with the exit code. */
async function checkRealNode(): Promise<number> {
  const { values } = parseArgs({ options: { only: { type: 'string' }, help: { type: 'boolean' } } });
  const groups = chosen(values.only);
  if (values.help || groups === undefined) {
    console.error(usage);
    return values.help ? 0 : 2;
  }
  const reasons = lacking();
  if (reasons.length > 0) {
    console.error(`The check cannot run here:\n${reasons.map((reason) => `  ${reason}`).join('\n')}`);
    return 2;
  }
  const startedMs = Date.now();
  let isStopped = false;
  const opening = openBed(progressOn(process.stderr), groups.flat(), () => {
    isStopped = true;
  });
  void stopSignal().then(async () => {
    // What is being started is stopped once it is up, unless that takes long: then the lifelines end it.
    const started = await Promise.race([opening.catch(() => undefined), pause(startsWithinMs)]);
    if (!isStopped) await started?.stop();
    process.exit(130);
  });
  const bed = await opening;
  try {
    const ended = await playAll(bed, groups);
    console.log(`\n== Faults on a real kubelet, ${elapsed(Date.now() - startedMs)}\n${tableOf(ended)}`);
    const wrong = ended.filter(({ differences }) => differences.length > 0);
    for (const { played, differences } of wrong) console.log(`  ✗ ${played.name}: ${differences.join('; ')}`);
    console.log(`\n${ended.length - wrong.length} passed, ${wrong.length} failed`);
    return wrong.length === 0 ? 0 : 1;
  } finally {
    await bed.stop();
  }
}

process.exitCode = await checkRealNode().catch((error: unknown) => {
  console.error(error instanceof SandboxError ? `\n${error.message}` : error);
  return 1;
});
