import { countsOrExit } from '../options.ts';
import { runProgram } from '../program.ts';
import { keepResults } from '../results.ts';
import { openReplaceableBed } from './bed.ts';
import { measure } from './measure.ts';
import { printed, targetMs } from './print.ts';

const usage = `usage: npm run bench:replaceable [-- --samples N --nodes N --pods N]
How long it takes to ask whether a pod could come back, on a real API server.
  --samples N   questions of each kind, default 200
  --nodes N     nodes beside the sandbox's own four, default 12
  --pods N      pods of others on them, default 600
Ends with 1 when the target is missed.`;

const options = countsOrExit(usage, { samples: 200, nodes: 12, pods: 600 });

await runProgram(
  (progress) => openReplaceableBed(progress, options),
  async (bed) => {
    const questions = await measure(bed, options.samples);
    console.log(printed(questions));
    console.log(`\nkept in ${keepResults('replaceable', { options, questions })}`);
    return questions.every(({ isAct, times }) => isAct !== true || times.p99 <= targetMs);
  },
);
