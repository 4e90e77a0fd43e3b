import { spawn } from 'node:child_process';
import { SandboxError } from '../sandbox-error.ts';

/** Runs a command to its end and returns its output; rejects with the last lines when it fails or is not there. */
export async function run(
  command: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string; timeoutMs?: number; onLine?: (line: string) => void } = {},
): Promise<string> {
  const { env = process.env, cwd, timeoutMs, onLine } = options;
  const child = spawn(command, args, {
    ...{ env, stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'] },
    ...(cwd !== undefined && { cwd }),
    ...(timeoutMs !== undefined && { timeout: timeoutMs }),
  });
  let output = '';
  const take = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-64_000);
    for (const line of chunk.toString().trim().split('\n')) onLine?.(line);
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  return new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(new SandboxError(error.code === 'ENOENT' ? `${command} is not installed` : error.message)),
    );
    child.once('close', (code, signal) => {
      if (code === 0) return resolve(output);
      const lastLines = output.trim().split('\n').slice(-5).join('\n');
      reject(new SandboxError(`${command} ${args[0] ?? ''} ended with ${signal ?? code}: ${lastLines}`));
    });
  });
}
