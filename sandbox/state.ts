import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What others must know of a running sandbox; stands in its data folder while it runs. */
export interface SandboxState {
  /** Process that holds the sandbox. */
  pid: number;
  /** RFC 3339 UTC. */
  startedAt: string;
  /** Variables by which Mendflow, kubectl and the Temporal CLI find it. */
  env: Record<string, string>;
}

const fileIn = (dataFolder: string) => join(dataFolder, 'sandbox.json');

/** Writes the state, readable by this user only. */
export function writeState(dataFolder: string, state: SandboxState): void {
  writeFileSync(fileIn(dataFolder), `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
}

export function removeState(dataFolder: string): void {
  rmSync(fileIn(dataFolder), { force: true });
}

/** The state of a running sandbox; undefined when none runs there, whatever a killed one left behind. */
export function readState(dataFolder: string): SandboxState | undefined {
  if (!existsSync(fileIn(dataFolder))) return undefined;
  const state = JSON.parse(readFileSync(fileIn(dataFolder), 'utf8')) as SandboxState;
  try {
    process.kill(state.pid, 0);
    return state;
  } catch {
    return undefined;
  }
}
