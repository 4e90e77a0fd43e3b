import { join } from 'node:path';
import { openBed } from '../bed.ts';
import { countsOrExit } from '../options.ts';
import { runProgram } from '../program.ts';
import { keepResults } from '../results.ts';
import { areKept, costsOf } from './findings.ts';
import { namespaces, walkAll } from './measure.ts';
import { printed } from './print.ts';

const usage = `usage: npm run bench:events [-- --samples N]
Counts the history events of each way that a run can go, on real servers.
  --samples N   runs of each, default 3
Ends with 1 when a way costs more than it may, or a run went another way.`;

const options = countsOrExit(usage, { samples: 3 });

/** What the paths are not about must not hold them up. */
const env = {
  ...{ MENDFLOW_GUARD_BUDGET_BURST: '1000', MENDFLOW_GUARD_BUDGET_PER_10M: '1000', MENDFLOW_GUARD_ZONE_SPACING: '1s' },
  ...{ MENDFLOW_GUARD_CONCURRENCY_NAMESPACE: '1000', MENDFLOW_GUARD_CONCURRENCY_CLUSTER: '1000' },
  ...{ MENDFLOW_GUARD_STORM_WORKLOADS: '1000', MENDFLOW_GUARD_STORM_PERCENT: '100' },
};

await runProgram(
  (progress) => openBed(progress, { policies: join(import.meta.dirname, 'policies'), namespaces, env }),
  async (bed, progress) => {
    const costs = costsOf(await walkAll(bed, options.samples, progress));
    console.log(printed(costs));
    console.log(`\nkept in ${keepResults('events', { options, costs })}`);
    return areKept(costs);
  },
);
