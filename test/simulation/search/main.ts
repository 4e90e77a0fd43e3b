import { simulated } from '../../../simulation/redirect.ts';

/** Plays the days of one process: `main.ts DAYS SEED`; writes what came of them as JSON. */
const [days, seed] = process.argv.slice(2).map(Number);
const { find } = await simulated<typeof import('./find.ts')>(new URL('./find.ts', import.meta.url));
process.stdout.write(JSON.stringify(await find({ days: days ?? 0, seed: seed ?? 0 })));
