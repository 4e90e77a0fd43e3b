import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..', '..');

/** Node runs TypeScript by itself from these versions on. */
function runsTypeScript(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 19);
}

/** The Node that node_modules brings, or this one when it is new enough; says how to get one otherwise. */
export function projectNode() {
  const own = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(own)) return own;
  if (runsTypeScript(process.versions.node)) return process.execPath;
  console.error(
    `Node ${process.versions.node} cannot run Mendflow, and the package "node" did not bring Node 24.\n` +
      'Either let its install script run (npm rebuild node), or install Node 22.19 or newer from https://nodejs.org.',
  );
  return undefined;
}

/** Runs a program with this terminal; signals reach it, and its exit code is ours. */
export function runTask(node, args) {
  const child = spawn(node, args, { cwd: root, stdio: 'inherit' });
  // Ctrl-C reaches the whole group by itself: we only have to outlive the child.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.on('error', (cause) => {
      console.error(`${node} cannot be started (${cause.message})`);
      resolve(1);
    });
    child.on('close', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}
