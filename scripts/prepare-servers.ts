import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveBinary } from '../sandbox/binaries/index.ts';
import { measuredOfKwok, startMonitoring } from '../sandbox/monitoring/index.ts';
import { Supervisor } from '../sandbox/process.ts';
import { type Progress, progressOn } from '../sandbox/progress.ts';
import { partServers } from '../sandbox/start-parts.ts';

/** Starts Prometheus and Alertmanager once and ends them again; rejects when one does not start. */
async function tryMonitoring(progress: Progress): Promise<void> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'mendflow-try-'));
  const supervisor = new Supervisor(join(dataFolder, 'logs'));
  const step = progress.begin('trying Prometheus and Alertmanager');
  const nowhere = { url: 'http://127.0.0.1:9' };
  const context = { dataFolder, cluster: 'trial', ports: {}, audit: false, images: [], supervisor, progress };
  try {
    await startMonitoring(context, measuredOfKwok(nowhere), { ...nowhere, token: 'trial' });
    step.done();
  } catch (error) {
    step.failed('failed');
    throw error;
  } finally {
    await supervisor.stop();
    rmSync(dataFolder, { recursive: true, force: true });
  }
}

/** The first line of what went wrong, without the advice and the log that follow it. */
export function inOneLine(cause: unknown): string {
  const [line = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  return line.replace(/(\. Ways to provide it|; the end of \S+):$/, '');
}

/**
 * Gets every server ready to start, with progress; Prometheus and Alertmanager are started once. Returns those that cannot
 * be had or do not start here, each with the reason in one line, after saying all about it.
 */
export async function prepareServers(names: readonly string[]): Promise<Map<string, string>> {
  const missing = new Map<string, string>();
  const progress = progressOn(process.stderr);
  const attempt = async (servers: readonly string[], work: () => Promise<unknown>) => {
    await work().catch((cause: unknown) => {
      for (const server of servers) missing.set(server, inOneLine(cause));
      progress.say(`${servers.join(' and ')}: ${cause instanceof Error ? cause.message : String(cause)}`);
    });
  };
  for (const name of names) await attempt([name], () => resolveBinary(name, progress));
  const isThere = (name: string) => names.includes(name) && !missing.has(name);
  if (partServers.monitoring.every(isThere)) await attempt(partServers.monitoring, () => tryMonitoring(progress));
  progress.close();
  return missing;
}
