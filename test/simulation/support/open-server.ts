import { Clock } from '../../../simulation/temporal/clock.ts';
import { Server, type ServerOptions } from '../../../simulation/temporal/server.ts';

/** 2026-03-01T10:00:00Z. */
export const startMs = Date.parse('2026-03-01T10:00:00Z');

export interface Bench {
  server: Server;
  clock: Clock;
  /** Starts workflow `main` under id `w`. */
  start(...args: unknown[]): void;
  /** Lets that much time pass. */
  pass(ms: number): Promise<void>;
  /** What `main` returned so far. */
  result(): unknown;
}

/** A server with one workflow, `main`, and the activities given. */
export function openServer(
  main: (...args: never[]) => Promise<unknown>,
  activities: Record<string, (...args: never[]) => unknown> = {},
  options: Partial<ServerOptions> = {},
): Bench {
  const clock = new Clock(startMs);
  const server = new Server({ clock, workflows: { main }, activities: () => activities, ...options });
  return {
    server,
    clock,
    start: (...args) => server.start('main', { workflowId: 'w', taskQueue: 'queue', args }),
    pass: (ms) => clock.runUntil(clock.nowMs + ms),
    result: () => server.find('w')?.result,
  };
}
