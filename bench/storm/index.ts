import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { openBed } from '../bed.ts';
import { countsOrExit } from '../options.ts';
import { runProgram } from '../program.ts';
import { keepResults } from '../results.ts';
import { batchesOf } from './batches.ts';
import { findingsOf, isSafe } from './findings.ts';
import { measure } from './measure.ts';
import { createPlaces, namespaces } from './places.ts';
import { printed } from './print.ts';

const usage = `usage: npm run bench:storm [-- --alerts N --seconds S]
Delivers distinct alerts as Alertmanager would, grouped by workload (50 each, on 40 to 200 of them), and waits until each is decided.
  --alerts N    default 10000
  --seconds S   the first deliveries are spread over so many, default 60
Ends with 1 when an alert was lost or decided twice, or a bound of the guard was not kept; a missed time is only printed.`;

const options = countsOrExit(usage, { alerts: 10_000, seconds: 60 });
/** Fewer than 21 would be no storm. */
const workloads = Math.min(200, Math.max(40, Math.ceil(options.alerts / 50)));

await runProgram(
  (progress) => openBed(progress, { policies: join(import.meta.dirname, 'policies'), namespaces }),
  async (bed, progress) => {
    const step = progress.begin('Workloads');
    const places = await createPlaces(bed, workloads);
    step.done(String(places.length));
    const findings = findingsOf(
      await measure(bed, batchesOf(places, options), progress),
      bed.told,
      bed.sandbox.cluster,
    );
    console.log(
      `${findings.alerts} distinct alerts on ${places.length} workloads, delivered over ${options.seconds} s;`,
    );
    console.log(`${availableParallelism()} cores for everything; the guard’s limits as shipped\n`);
    console.log(printed(findings));
    console.log(`\nkept in ${keepResults('storm', { options, ...findings })}`);
    return isSafe(findings);
  },
);
