import { simulated } from '../../../simulation/redirect.ts';

/** Plays every scenario on the simulated server; writes what each came to as JSON. */
const { playAll } = await simulated<typeof import('./play-simulated.ts')>(
  new URL('./play-simulated.ts', import.meta.url),
);
process.stdout.write(JSON.stringify(await playAll()));
