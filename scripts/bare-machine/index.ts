// `npm run check:bare-machine [-- --only demo]`: types the README's first commands on a Debian that has Node, npm and Go only.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cacheFolder } from '../../sandbox/binaries/cache.ts';
import { elapsed } from '../../sandbox/progress.ts';
import { root } from '../step.ts';
import { commandsOf } from './commands.ts';
import { CannotRunHere } from './host.ts';
import { type BareMachine, bareMachine, type Ended } from './machine.ts';

const limitMs = 60 * 60_000;
const lastLines = 12;

const usage = `usage: npm run check:bare-machine [-- --only WORD | --type COMMAND]
Makes a Debian 12 with nothing but Node, npm and Go, clones HEAD into an empty home of an ordinary user, and types the
commands of the README's first block, not on a terminal. Needs Linux, root and debootstrap.
  --only WORD      only the commands that hold the word, such as demo
  --type COMMAND   this command instead of them, such as 'npm test -- integration'
Kept from one check to the next: the root file system and the package caches of Go and npm. The servers are got anew.`;

/** One command's result in words. */
function verdict(command: string, { code, tookMs, lines, logFile }: Ended): string {
  const how = code === undefined ? 'took too long and was ended' : `ended with ${code}`;
  const tail = lines.slice(-lastLines).map((line) => `    ${line}`);
  return [`${code === 0 ? '✓' : '✗'} ${command}: ${how} after ${elapsed(tookMs)} (${logFile})`, ...tail].join('\n');
}

/** Types the commands one after another, the next one whatever became of the one before; resolves with those that failed. */
async function typeAll(machine: BareMachine, commands: readonly string[]): Promise<string[]> {
  const results: [string, Ended][] = [];
  for (const command of commands) {
    console.log(`\n== ${machine.description}$ ${command}`);
    results.push([command, await machine.type(command, limitMs)]);
  }
  console.log(`\n== The bare machine: ${machine.description}`);
  for (const [command, ended] of results) console.log(verdict(command, ended));
  return results.filter(([, { code }]) => code !== 0).map(([command]) => command);
}

/** Resolves with the exit code: 0 when every command went well, 1 when one did not, 2 when it cannot be run here. */
async function checkBareMachine(): Promise<number> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { only: text, type: text, help: { type: 'boolean' } } });
  const all = commandsOf(readFileSync(join(root, 'README.md'), 'utf8'));
  const chosen = all.filter((command) => command.includes(values.only ?? ''));
  const commands = values.type === undefined ? chosen : [values.type];
  if (values.help || commands.length === 0) {
    console.error(`${usage}\nThe commands are: ${all.join(', ')}`);
    return values.help ? 0 : 2;
  }
  const cache = join(cacheFolder(), 'bare-machine');
  let machine: BareMachine | undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      machine?.remove();
      process.exit(130);
    });
  }
  try {
    machine = await bareMachine(cache);
    const failed = await typeAll(machine, commands);
    const left = all.filter((command) => !commands.includes(command));
    const notTyped = left.length === 0 ? '' : `; of the README’s commands not typed: ${left.join(', ')}`;
    const summary = failed.length === 0 ? `passed: ${commands.join(', ')}` : `FAILED: ${failed.join(', ')}`;
    console.log(`\n${summary}${notTyped}`);
    return failed.length === 0 ? 0 : 1;
  } finally {
    machine?.remove();
  }
}

process.exitCode = await checkBareMachine().catch((error: unknown) => {
  console.error(error instanceof CannotRunHere ? `The bare-machine check cannot run here: ${error.message}` : error);
  return 2;
});
