import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeWritable } from './binaries/cache.ts';
import type { Kubernetes } from './kubernetes.ts';
import type { Kwok } from './kwok.ts';
import type { Monitoring, Webhook } from './monitoring/index.ts';
import type { Ports } from './part.ts';
import { type ProcessSpec, type Supervised, Supervisor } from './process.ts';
import { type Progress, silent } from './progress.ts';
import type { RealNodes } from './real-node/nodes.ts';
import { SandboxError } from './sandbox-error.ts';
import { type OptionalParts, type PartName, type Started, startParts } from './start-parts.ts';
import { readState, removeState, type SandboxState, sweepKilled, writeState } from './state.ts';
import type { Temporal } from './temporal.ts';

/** How a sandbox is started; everything has a default. */
export interface SandboxOptions {
  /** Keeps all state, so that a later start goes on with it; a folder that is removed at the end when absent. */
  dataFolder?: string;
  /** Default: temporal, kubernetes and kwok. */
  parts?: readonly PartName[];
  /** Those of the parts that may be missing or fail to start; every other failure ends the start. */
  optional?: OptionalParts;
  progress?: Progress;
  /** Log every request to the API server. */
  audit?: boolean;
  /** Default `sandbox`. */
  cluster?: string;
  ports?: Ports;
  /** Names under which real nodes hold an image. */
  images?: readonly string[];
  /** Where Alertmanager delivers. */
  webhook?: Webhook;
  /** Hears of every process that ended by itself. */
  onLost?: (process: Supervised, how: string) => void;
}

/** Running servers; `stop` ends them all. A part that was not started rejects whoever asks for it. */
export interface Sandbox {
  cluster: string;
  dataFolder: string;
  temporal: Temporal;
  kubernetes: Kubernetes;
  kwok: Kwok;
  realNodes: RealNodes;
  monitoring: Monitoring;
  /** Whether the part was started. */
  has(part: PartName): boolean;
  /** The variables by which Mendflow's own processes find this sandbox. */
  env(): Record<string, string>;
  /** Supervises one more process, with `env()` under its own variables; resolves when `ready` holds. */
  run(name: string, command: string, args: readonly string[], options?: RunOptions): Promise<Supervised>;
  process(name: string): Supervised;
  /** Adds variables to the sandbox's state file, from which `sandbox env` and the command line read. */
  publish(variables: Record<string, string>): void;
  /** Sends a signal (SIGKILL) and resolves when the process has ended. */
  kill(name: string, signal?: NodeJS.Signals): Promise<void>;
  /** The same command, ports and data again. */
  restart(name: string): Promise<Supervised>;
  stop(): Promise<void>;
}

export type RunOptions = Pick<ProcessSpec, 'ready' | 'readyWithinMs' | 'cwd'> & { env?: Record<string, string> };

const noWebhook: Webhook = { url: 'http://127.0.0.1:8080/webhook', token: 'sandbox' };

function part<T>(value: T | undefined, name: PartName): T {
  if (value === undefined) throw new SandboxError(`this sandbox was started without ${name}`);
  return value;
}

function variables({ temporal, kubernetes, monitoring }: Started, cluster: string): Record<string, string> {
  return {
    MENDFLOW_CLUSTER: cluster,
    ...(temporal && {
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: temporal.namespace,
      MENDFLOW_TEMPORAL_UI_URL: temporal.uiUrl,
    }),
    ...(kubernetes && { KUBECONFIG: kubernetes.kubeconfig('worker') }),
    ...(monitoring && { MENDFLOW_PROMETHEUS_URL: monitoring.prometheus.url }),
  };
}

function links({ temporal, monitoring }: Started): Record<string, string> {
  return {
    ...(temporal && { 'Temporal Web UI': temporal.uiUrl }),
    ...(monitoring && { Prometheus: monitoring.prometheus.alertsUrl, Alertmanager: monitoring.alertmanager.url }),
  };
}

const temporary = 'mendflow-sandbox-';

/** The folder given, which no other running sandbox may hold, or a new one. */
function claimFolder(given: string | undefined): string {
  if (given === undefined) {
    sweepKilled(tmpdir(), temporary);
    return mkdtempSync(join(tmpdir(), temporary));
  }
  makeWritable(given, 0o700);
  const holder = readState(given);
  if (holder) throw new SandboxError(`process ${holder.pid} runs a sandbox in ${given}; stop it or choose another`);
  return given;
}

/** Starts the servers asked for; when one fails, the others are stopped before it rejects, and their logs stay. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { progress = silent, cluster = 'sandbox', ports = {}, audit = false } = options;
  const { optional = {}, webhook = noWebhook, images = [] } = options;
  const parts = new Set<PartName>(options.parts ?? ['temporal', 'kubernetes', 'kwok']);
  const dataFolder = claimFolder(options.dataFolder);
  const supervisor = new Supervisor(join(dataFolder, 'logs'), options.onLost);
  const context = { dataFolder, cluster, ports, audit, images, supervisor, progress };
  const started = await startParts(context, { parts, optional, webhook }).catch(async (error: unknown) => {
    await supervisor.stop();
    throw error;
  });
  const env = () => variables(started, cluster);
  const state: SandboxState = {
    ...{ pid: process.pid, startedAt: new Date().toISOString(), env: env(), links: links(started) },
    ...(started.kubernetes && { adminKubeconfig: started.kubernetes.adminKubeconfig }),
  };
  writeState(dataFolder, state);
  return {
    ...{ cluster, dataFolder, env },
    get temporal() {
      return part(started.temporal, 'temporal');
    },
    get kubernetes() {
      return part(started.kubernetes, 'kubernetes');
    },
    get kwok() {
      return part(started.kwok, 'kwok');
    },
    get realNodes() {
      return part(started.realNodes, 'realNodes');
    },
    get monitoring() {
      return part(started.monitoring, 'monitoring');
    },
    has: (name) => started[name] !== undefined,
    run: (name, command, args, { env: extra, ...rest } = {}) =>
      supervisor.start({ name, command, args, ...rest, env: { ...process.env, ...env(), ...extra } }),
    process: (name) => supervisor.process(name),
    publish: (variables) => writeState(dataFolder, { ...state, env: { ...state.env, ...variables } }),
    kill: (name, signal) => supervisor.kill(name, signal),
    restart: (name) => supervisor.restart(name),
    async stop() {
      await started.realNodes?.close();
      await supervisor.stop();
      removeState(dataFolder);
      if (options.dataFolder === undefined) rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}
