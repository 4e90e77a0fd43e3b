import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { progressOn } from '../../sandbox/progress.ts';
import { SandboxError } from '../../sandbox/sandbox-error.ts';
import { stopSignal } from '../../sandbox/stop-signal.ts';
import { memoryOf } from '../memory.ts';
import { type Bed, guardLimits, openBed } from './bed.ts';
import { type Findings, findingsOf, isExact } from './findings.ts';
import { measure } from './measure.ts';
import { type Memory, printed } from './print.ts';
import { pairs } from './sample.ts';

const usage = `usage: npm run bench:act-latency [-- --samples N --warm-ups N --idle MS]
Measures webhook → eviction on real servers, beside a bot that deletes inside the request. One alert at a time.
  --samples N    per contender, default 100
  --warm-ups N   per contender, before them, default 10
  --idle MS      rest before each, default 250
A run that the guard held is printed with its status, verdicts and history.
Ends with 1 when an alert was lost (no act and no reason), or met two acts or one on another pod; a missed time is only
printed.`;

interface Options {
  samples: number;
  warmUps: number;
  idleMs: number;
}

function readArguments(): Options {
  const misused = (why: string): never => {
    console.error(`${why}\n${usage}`);
    process.exit(2);
  };
  const option = (fallback: string) => ({ type: 'string', default: fallback }) as const;
  const options = { samples: option('100'), 'warm-ups': option('10'), idle: option('250') };
  try {
    const { values } = parseArgs({ options: { ...options, help: { type: 'boolean' } } });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    const [samples = 0, warmUps = 0, idleMs = 0] = [values.samples, values['warm-ups'], values.idle].map(Number);
    const areCounts = [samples, warmUps, idleMs].every((value) => Number.isInteger(value) && value >= 0);
    if (!areCounts || samples < 1) misused('each option takes a whole number, and --samples at least 1');
    return { samples, warmUps, idleMs };
  } catch (error) {
    return misused(error instanceof Error ? error.message : String(error));
  }
}

const memoryNow = ({ sandbox }: Bed, when: string): Memory => ({
  when,
  api: memoryOf(sandbox.process('api').pid),
  worker: memoryOf(sandbox.process('worker').pid),
});

function keep(findings: Findings, memory: readonly Memory[], options: Options): string {
  const folder = join(import.meta.dirname, '..', 'results');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'act-latency.json');
  const machine = { cpu: cpus()[0]?.model, cores: availableParallelism(), node: process.version };
  const content = { at: new Date().toISOString(), machine, options, guardLimits, memory, ...findings };
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
  return relative(process.cwd(), file);
}

async function main(): Promise<number> {
  const options = readArguments();
  const progress = progressOn(process.stderr);
  let bed: Bed | undefined;
  void stopSignal().then(async () => {
    await bed?.stop();
    process.exit(130);
  });
  bed = await openBed(progress);
  try {
    const memory = [memoryNow(bed, 'after the start')];
    const measured = await measure(bed, pairs(options.warmUps, options.samples), { progress, ...options });
    memory.push(memoryNow(bed, 'after the run'));
    const findings = findingsOf(measured);
    console.log(`${options.samples} samples each after ${options.warmUps} warm-ups, interleaved, one at a time;`);
    console.log(`${availableParallelism()} cores for everything; moments of acts from the API server’s audit log;`);
    console.log(`the guard’s limits are out of the way: ${JSON.stringify(guardLimits)}\n`);
    console.log(printed(findings, memory));
    console.log(`\nkept in ${keep(findings, memory, options)}`);
    return isExact(findings) ? 0 : 1;
  } finally {
    await bed.stop();
  }
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof SandboxError ? `\n${error.message}` : error);
  return 1;
});
