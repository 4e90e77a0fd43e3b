import { table } from '../table.ts';
import type { Finding } from './findings.ts';
import type { Mistake } from './wards.ts';

const words: Record<Mistake, string> = {
  stale: 'the pod is well again',
  reuse: 'a well pod has its name',
};

/** The table that people read. */
export function printed(findings: readonly Finding[]): string {
  const rows = findings.map(({ mistake, contender, alerts, wrong, endings }) => {
    const ended = Object.entries(endings).map(([ending, count]) => `${ending} ${count}`);
    return [words[mistake], contender, alerts, wrong, ended.join(', ')];
  });
  return table(['alerts that are not true any more', '', 'alerts', 'pods taken away', 'runs ended'], rows);
}
