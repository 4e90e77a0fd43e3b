// The one door of every npm script: sets up what is missing, then runs the task with the project's own Node.
// Plain JavaScript on purpose: it runs on Node 18 and newer with nothing installed.
import { install, isInstalled } from './bootstrap/dependencies.mjs';
import { projectNode, runTask } from './bootstrap/run.mjs';

/** Tasks and the program that does each; every further argument goes to the program. */
const tasks = {
  demo: 'sandbox/demo/index.ts',
  start: 'sandbox/start.ts',
  test: 'scripts/test.ts',
  check: 'scripts/check.ts',
  'check:bare-machine': 'scripts/bare-machine/index.ts',
  'check:image': 'scripts/check-image.ts',
  'check:real-node': 'scripts/real-node.ts',
  'bench:act-latency': 'bench/act-latency/index.ts',
  'bench:events': 'bench/events/index.ts',
  'bench:false-remediation': 'bench/false-remediation/index.ts',
  'bench:replaceable': 'bench/replaceable/index.ts',
  'bench:restart-rate': 'bench/restart-rate/index.ts',
  'bench:storm': 'bench/storm/index.ts',
  'bench:watcher': 'bench/watcher/index.ts',
  'record-histories': 'test/replay/record.ts',
  generate: 'scripts/generate-reference.ts',
  new: 'scripts/new.ts',
  mutate: 'scripts/mutate.ts',
  release: 'scripts/release/index.ts',
};

async function main() {
  const [task, ...args] = process.argv.slice(2);
  const program = Object.hasOwn(tasks, task ?? '') ? tasks[task] : undefined;
  if (program === undefined) {
    console.error(`usage: node scripts/bootstrap.mjs <task> [arguments]\ntasks: ${Object.keys(tasks).join(', ')}`);
    return 2;
  }
  if (isInstalled()) console.error('dependencies: ready');
  else if (!(await install())) return 1;
  const node = projectNode();
  if (node === undefined) return 1;
  return runTask(node, [program, ...args]);
}

process.exitCode = await main();
