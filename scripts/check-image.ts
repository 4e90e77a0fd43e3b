// `npm run check:image`: runs the build stage of deploy/Dockerfile as plain commands in a temp folder, then starts the
// api from what it built. What only a container engine can show (the base image, users, the read-only root) is not run.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { buildSteps, type ImageStep } from './dockerfile.ts';
import { root, runStep } from './step.ts';

const env = { PATH: [dirname(process.execPath), process.env.PATH].join(delimiter), npm_config_loglevel: 'error' };

async function runBuildStep(step: ImageStep, folder: string): Promise<void> {
  console.log(`  ${step.text}`);
  if (step.kind === 'run') {
    const { code } = await runStep('  it', ['sh', '-c', step.command], { cwd: folder, env });
    if (code !== 0) throw new Error(`${step.command} ended with code ${code}`);
    return;
  }
  for (const source of step.from) {
    const target = step.to.endsWith('/') ? join(folder, step.to, basename(source)) : join(folder, step.to);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(root, source), target, { recursive: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts the api of the folder, waits for /livez, stops it with SIGTERM. Throws when it does not answer in 20 s or does not end with 0. */
async function tryApi(folder: string): Promise<void> {
  const port = await freePort();
  const settings = {
    MENDFLOW_API_PORT: String(port),
    MENDFLOW_API_PROBE_PORT: '0',
    MENDFLOW_API_ALLOW_ANONYMOUS: 'true',
    NODE_ENV: 'production',
  };
  const api = spawn(process.execPath, [join(folder, 'cli', 'main.ts'), 'serve', 'api'], {
    cwd: tmpdir(),
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => api.on('close', resolve));
  try {
    const deadlineMs = Date.now() + 20_000;
    const isLive = () =>
      fetch(`http://127.0.0.1:${port}/livez`).then(
        ({ ok }) => ok,
        () => false,
      );
    while (!(await isLive())) {
      if (Date.now() > deadlineMs || api.exitCode !== null)
        throw new Error('the api of the image does not answer /livez');
      await pause(200);
    }
  } finally {
    api.kill('SIGTERM');
  }
  const code = await ended;
  if (code !== 0) throw new Error(`the api of the image ended with code ${code} after SIGTERM`);
}

const folder = mkdtempSync(join(tmpdir(), 'mendflow-image-'));
try {
  console.log('the build stage of deploy/Dockerfile, as plain commands:');
  for (const step of buildSteps(readFileSync(join(root, 'deploy', 'Dockerfile'), 'utf8')))
    await runBuildStep(step, folder);
  const { stdout } = spawnSync('du', ['-sm', folder], { encoding: 'utf8' });
  console.log(`  what it built has ${stdout.split('\t')[0]} MB`);
  await tryApi(folder);
  console.log('  the api started from it, answered /livez, and ended with 0 after SIGTERM');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
