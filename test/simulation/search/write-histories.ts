import { simulated } from '../../../simulation/redirect.ts';

/** Writes histories of simulated days, one a line: `write-histories.ts COUNT SEED`. */
const [count, seed] = process.argv.slice(2).map(Number);
const address = new URL('./histories.ts', import.meta.url);
const { sampleHistories } = await simulated<typeof import('./histories.ts')>(address);
for (const history of await sampleHistories({ count: count ?? 0, seed: seed ?? 0 }))
  process.stdout.write(`${JSON.stringify(history)}\n`);
