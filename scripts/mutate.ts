// `npm run mutate [-- FILE…]`: changes the guard's rules, one change at a time; fails when too few are noticed.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, runStep, tool } from './step.ts';

/** As the mutation testing report writes it. */
interface Report {
  files: Record<string, { mutants: { status: string }[] }>;
  thresholds: { break?: number };
}

const reportFile = join(root, '.mendflow', 'mutation.json');
const noticed = ['Killed', 'Timeout'];
const unnoticed = ['Survived', 'NoCoverage'];

/** The score in percent, and how many changes were noticed. */
export function scoreOf(report: Report): { score: number; killed: number; total: number } {
  const statuses = Object.values(report.files).flatMap(({ mutants }) => mutants.map(({ status }) => status));
  const killed = statuses.filter((status) => noticed.includes(status)).length;
  const total = killed + statuses.filter((status) => unnoticed.includes(status)).length;
  return { score: total === 0 ? 0 : (100 * killed) / total, killed, total };
}

if (import.meta.main) {
  rmSync(reportFile, { force: true });
  const files = process.argv.slice(2);
  const chosen = files.length === 0 ? [] : ['--mutate', files.join(',')];
  const { code, elapsedS } = await runStep('mutate', [process.execPath, tool('stryker'), 'run', ...chosen]);
  try {
    const report = JSON.parse(readFileSync(reportFile, 'utf8')) as Report;
    const { score, killed, total } = scoreOf(report);
    const needed = report.thresholds.break ?? 0;
    console.log(`\nmutation score ${score.toFixed(2)} % (${killed} of ${total}), needed ${needed} %, ${elapsedS} s`);
    process.exitCode = code;
  } catch {
    console.log(`\nno mutation score: stryker ended with code ${code}`);
    process.exitCode = code || 1;
  }
}
