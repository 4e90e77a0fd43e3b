import { writeFileSync } from 'node:fs';
import { containerLog } from '../../../sandbox/kwok.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';

/** From now on every container of the sandbox has said these lines, as its node keeps them. */
export function containersSay({ dataFolder }: Sandbox, lines: readonly string[]): void {
  const kept = lines.map((line) => `2026-01-01T00:00:00.000000000Z stdout F ${line}\n`);
  writeFileSync(containerLog(dataFolder), kept.join(''));
}
