import { join } from 'node:path';
import { openBed } from '../bed.ts';
import { countsOrExit } from '../options.ts';
import { runProgram } from '../program.ts';
import { keepResults } from '../results.ts';
import { findingsOf, isKept } from './findings.ts';
import { measure } from './measure.ts';
import { printed } from './print.ts';
import { wards } from './wards.ts';

const usage = `usage: npm run bench:false-remediation [-- --alerts N]
Alerts that come too late: the pod is well again, or another, well pod has its name. Counts the pods that are taken
away all the same, by Mendflow and by a bot that deletes what alerts, as the API server's audit log has them.
  --alerts N   of each kind for each, default 1000
Ends with 1 when Mendflow takes one away, or leaves an alert without an answer.`;

const options = countsOrExit(usage, { alerts: 1_000 });
const policies = join(import.meta.dirname, 'policies');
const namespaces = wards.map(({ namespace }) => namespace);

await runProgram(
  (progress) => openBed(progress, { policies, namespaces }),
  async (bed, progress) => {
    const findings = findingsOf(await measure(bed, options.alerts, progress));
    console.log(printed(findings));
    console.log(`\nkept in ${keepResults('false-remediation', { options, findings })}`);
    return isKept(findings);
  },
);
