import { rmSync } from 'node:fs';
import { openBed } from '../bed.ts';
import { countsOrExit } from '../options.ts';
import { runProgram } from '../program.ts';
import { keepResults } from '../results.ts';
import { namespaces } from './contenders.ts';
import { isKept, standingsOf } from './findings.ts';
import { measure } from './measure.ts';
import { policyFolder } from './policy.ts';
import { printed } from './print.ts';

const usage = `usage: npm run bench:restart-rate [-- --scale N --hours H]
Restarts of a pod that crashes at every start: the kubelet alone, Mendflow, a bot that deletes what alerts.
  --scale N   how much faster than in life all times pass, 1 to 24, default 20: an hour takes 3 minutes
  --hours H   of fast time, default 1
Ends with 1 when Mendflow restarts more than it may, or nobody is told in time.`;

const options = countsOrExit(usage, { scale: 20, hours: 1 });
if (options.scale > 24) {
  console.error(`--scale takes 24 at most: a policy cannot say a day in less than an hour\n${usage}`);
  process.exit(2);
}

const { scale, hours } = options;
const policies = policyFolder('rate-mendflow', scale);
process.once('exit', () => rmSync(policies, { recursive: true, force: true }));

await runProgram(
  (progress) => openBed(progress, { policies, namespaces }),
  async (bed, progress) => {
    const standings = standingsOf(await measure(bed, { scale, hours, progress }), options);
    console.log(
      `A Deployment of three pods, one of which crashes at every start, and each that takes its place; ${hours} h`,
    );
    console.log(
      `at ${scale} times the speed: the kubelet’s back-off (played by the bench, ${namespaces.length} times side by side),`,
    );
    console.log('the alert’s times, and every time of the ready-made policy crash-loop, which is in Auto.\n');
    console.log(printed(standings));
    console.log(`\nkept in ${keepResults('restart-rate', { options, standings })}`);
    const { rate, page } = isKept(standings);
    return rate && page;
  },
);
