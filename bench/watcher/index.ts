import { countsOrExit } from '../options.ts';
import { runProgram } from '../program.ts';
import { keepResults } from '../results.ts';
import { openWatcherBed } from './bed.ts';
import { isKept } from './findings.ts';
import { measure } from './measure.ts';
import { printed } from './print.ts';

const usage = `usage: npm run bench:watcher [-- --small N --large N --samples N]
How long after a change the watcher has posted it, and the memory it takes, on a real API server.
  --small N     pods of the first round, default 1000
  --large N     pods of the second round, default 10000
  --samples N   faults of each kind of round, default 200
Ends with 1 when a target is missed, or a change was not posted.`;

const options = countsOrExit(usage, { small: 1_000, large: 10_000, samples: 200 });

await runProgram(openWatcherBed, async (bed, progress) => {
  const rounds = [];
  for (const pods of [options.small, options.large]) {
    rounds.push(await measure(bed, { pods, samples: options.samples, progress }));
  }
  console.log(printed(rounds));
  console.log(`\nkept in ${keepResults('watcher', { options, rounds })}`);
  return isKept(rounds);
});
