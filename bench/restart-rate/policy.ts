import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inFastTime } from '../../sandbox/fast-policy.ts';

/** A new folder with the ready-made policy against crash loops, in a time that passes faster. */
export function policyFolder(namespace: string, scale: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'mendflow-bench-'));
  const readyMade = join(import.meta.dirname, '..', '..', 'policies', 'crash-loop.yaml');
  const text = inFastTime(readFileSync(readyMade, 'utf8'), { scope: { namespaces: [namespace] }, scale });
  writeFileSync(join(folder, 'crash-loop.yaml'), text);
  return folder;
}
