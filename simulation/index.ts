import { simulated } from './redirect.ts';

/** What the simulation offers to the rest of the product. */
export type Simulation = typeof import('./world.ts') &
  typeof import('./cluster/deploy.ts') &
  typeof import('./cluster/faults.ts') &
  typeof import('./backtest/backtest.ts');

/** Loads the simulation: Mendflow's own workflows and activities over a simulated cluster, in virtual time. */
export async function loadSimulation(): Promise<Simulation> {
  const [world, deploy, faults, backtest] = await Promise.all([
    simulated<typeof import('./world.ts')>(new URL('./world.ts', import.meta.url)),
    simulated<typeof import('./cluster/deploy.ts')>(new URL('./cluster/deploy.ts', import.meta.url)),
    simulated<typeof import('./cluster/faults.ts')>(new URL('./cluster/faults.ts', import.meta.url)),
    simulated<typeof import('./backtest/backtest.ts')>(new URL('./backtest/backtest.ts', import.meta.url)),
  ]);
  return { ...world, ...deploy, ...faults, ...backtest };
}
