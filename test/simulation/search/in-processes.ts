import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Found } from './find.ts';

const program = fileURLToPath(new URL('./main.ts', import.meta.url));
/** Many short-lived objects want a roomy nursery; of the failures that fault injection makes nobody reads the stack. */
const nodeOptions = ['--max-semi-space-size=128', '--stack-trace-limit=1'];

/** Plays that many days on all processors, each process with seeds of its own. */
export async function findInProcesses(days: number, seed: number): Promise<Found[]> {
  const processes = Math.max(1, Math.min(availableParallelism(), Math.ceil(days / 100)));
  const share = Math.ceil(days / processes);
  return Promise.all(Array.from({ length: processes }, (_, index) => findInProcess(share, seed + index)));
}

function findInProcess(days: number, seed: number): Promise<Found> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(process.execPath, [...nodeOptions, program, String(days), String(seed)], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let answer = '';
  child.stdout.on('data', (chunk: Buffer) => {
    answer += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(answer) as Found);
      else reject(new Error(`the search ended with exit code ${code}`));
    });
  });
}
