import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sandboxFile } from '../config/running-sandboxes.ts';

/** What others must know of a running sandbox; stands in its data folder while it runs. */
export interface SandboxState {
  /** Process that holds the sandbox. */
  pid: number;
  /** RFC 3339 UTC. */
  startedAt: string;
  /** Variables by which Mendflow, kubectl and the Temporal CLI find it. */
  env: Record<string, string>;
  /** kubeconfig with all rights; absent without a cluster. */
  adminKubeconfig?: string;
  /** What a person may open in a browser. */
  links: Record<string, string>;
}

/** Writes the state, readable by this user only. */
export function writeState(dataFolder: string, state: SandboxState): void {
  writeFileSync(sandboxFile(dataFolder), `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
}

export function removeState(dataFolder: string): void {
  rmSync(sandboxFile(dataFolder), { force: true });
}

/** Removes the temporary folders of sandboxes whose process was killed; others, and those that start, stay. */
export function sweepKilled(parent: string, prefix: string): void {
  for (const name of readdirSync(parent).filter((each) => each.startsWith(prefix))) {
    const folder = join(parent, name);
    if (existsSync(sandboxFile(folder)) && !readState(folder)) rmSync(folder, { recursive: true, force: true });
  }
}

/** The state of a running sandbox; undefined when none runs there, whatever a killed one left behind. */
export function readState(dataFolder: string): SandboxState | undefined {
  if (!existsSync(sandboxFile(dataFolder))) return undefined;
  const state = JSON.parse(readFileSync(sandboxFile(dataFolder), 'utf8')) as SandboxState;
  try {
    process.kill(state.pid, 0);
    return state;
  } catch {
    return undefined;
  }
}
