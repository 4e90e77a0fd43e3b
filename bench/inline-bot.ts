import { join } from 'node:path';
import { freePort } from '../sandbox/free-port.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';

/** Starts the bot that deletes inside the request, with all rights; resolves with where it takes webhooks. */
export async function startInlineBot(sandbox: Sandbox): Promise<string> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const program = join(import.meta.dirname, 'baseline', 'inline-delete.ts');
  await sandbox.run('inline-delete', process.execPath, [program], {
    env: { KUBECONFIG: sandbox.kubernetes.adminKubeconfig, BASELINE_PORT: String(port) },
    ready: async () => (await fetch(url)).ok,
  });
  return url;
}
