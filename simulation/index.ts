import { simulated } from './redirect.ts';

/** What the simulation offers to the rest of the product. */
export type Simulation = typeof import('./world.ts') &
  typeof import('./cluster/deploy.ts') &
  typeof import('./cluster/faults.ts') &
  typeof import('./backtest/backtest.ts') &
  typeof import('./policy-test/run-case.ts') &
  typeof import('./simulate/simulate-alerts.ts');

/** Loads the simulation: Mendflow's own workflows and activities over a simulated cluster, in virtual time. */
export async function loadSimulation(): Promise<Simulation> {
  const [world, deploy, faults, backtest, policyTest, simulate] = await Promise.all([
    simulated<typeof import('./world.ts')>(new URL('./world.ts', import.meta.url)),
    simulated<typeof import('./cluster/deploy.ts')>(new URL('./cluster/deploy.ts', import.meta.url)),
    simulated<typeof import('./cluster/faults.ts')>(new URL('./cluster/faults.ts', import.meta.url)),
    simulated<typeof import('./backtest/backtest.ts')>(new URL('./backtest/backtest.ts', import.meta.url)),
    simulated<typeof import('./policy-test/run-case.ts')>(new URL('./policy-test/run-case.ts', import.meta.url)),
    simulated<typeof import('./simulate/simulate-alerts.ts')>(
      new URL('./simulate/simulate-alerts.ts', import.meta.url),
    ),
  ]);
  return { ...world, ...deploy, ...faults, ...backtest, ...policyTest, ...simulate };
}
