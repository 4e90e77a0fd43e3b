import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..', '..');

const packagesOf = (file) => JSON.parse(readFileSync(join(root, file), 'utf8')).packages;

/** Is every package that package-lock.json names in node_modules, at its version? npm's own record of the folder says. */
export function isInstalled(wanted = packagesOf('package-lock.json'), record = 'node_modules/.package-lock.json') {
  if (!existsSync(join(root, record))) return false;
  const installed = packagesOf(record);
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || entry.optional || installed[path]?.version === entry.version,
  );
}

/** npm as it was called, or the one on the PATH. */
function npmCommand() {
  const script = process.env.npm_execpath;
  return script?.endsWith('.js') ? [process.execPath, script] : ['npm'];
}

/** Runs `npm ci`, with a line at least every 5 s; its output is shown only when it fails. */
export async function install() {
  const [command, ...before] = npmCommand();
  const startedAt = Date.now();
  const elapsedS = () => Math.round((Date.now() - startedAt) / 1000);
  console.error(
    `dependencies: installing ${Object.keys(packagesOf('package-lock.json')).length - 1} packages (npm ci)`,
  );
  const child = spawn(command, [...before, 'ci', '--loglevel=error', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));
  const ticking = setInterval(() => console.error(`dependencies: still installing, ${elapsedS()} s`), 5_000);
  const failure = await new Promise((resolve) => {
    child.on('error', (cause) => resolve(`npm cannot be started (${cause.message})`));
    child.on('close', (code) => resolve(code === 0 ? undefined : `npm ci ended with code ${code}`));
  });
  clearInterval(ticking);
  if (failure === undefined) {
    console.error(`dependencies: installed in ${elapsedS()} s`);
    return true;
  }
  const tail = Buffer.concat(output).toString().trimEnd().split('\n').slice(-30).join('\n');
  console.error(
    `${tail}\ndependencies: ${failure}. Check the network or the npm registry (npm ping), then run it again.`,
  );
  return false;
}
