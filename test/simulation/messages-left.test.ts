import { describe, expect, it } from '@jest/globals';
import { withErrorBoundary } from '../../activities/error-boundary.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { Clock } from '../../simulation/temporal/clock.ts';
import { Server } from '../../simulation/temporal/server.ts';
import { notifications } from '../../workflows/index.ts';
import type { NotificationsInput } from '../../workflows/notify.ts';
import { startMs } from './support/open-server.ts';

const hourMs = 3_600_000;
const kinds = ['escalation', 'update', 'closed'] as const;

/** Sends three messages of a run to a receiver that is away; gives what is left of them after so many hours. */
async function sentFor(hours: number, retryAfterMs?: number) {
  const clock = new Clock(startMs);
  let tries = 0;
  const notify = async () => {
    tries += 1;
    throw new MendflowError(
      'RECEIVER_UNAVAILABLE',
      'chat answered 429',
      retryAfterMs === undefined ? {} : { retryAfterMs },
    );
  };
  const server = new Server({ clock, workflows: { notifications }, activities: () => withErrorBoundary({ notify }) });
  const about = { dedupKey: 'k', workflowId: 'w', runId: 'r', level: 0, summary: 's', answer: [] };
  const messages = kinds.map((kind) => ({ receiver: 'chat', notification: { ...about, kind }, sinceMs: startMs }));
  const input: NotificationsInput = { messages };
  server.start('notifications', { workflowId: 'n', taskQueue: 'queue', args: [input] });
  await clock.runUntil(startMs + hours * hourMs);
  const { status, result } = server.find('n') ?? {};
  return { status, result, tries };
}

describe('the messages that a run left for a receiver that stays away', () => {
  const undelivered = kinds.map((kind) => ({ receiver: 'chat', kind, why: 'chat answered 429' }));

  it('are given up after one day together, not after one day each', async () => {
    expect(await sentFor(23)).toMatchObject({ status: 'running' });
    expect(await sentFor(27)).toMatchObject({ status: 'completed', result: { delivered: 0, undelivered } });
  });

  it('are not sent before it wants them', async () => {
    expect(await sentFor(20, 7 * hourMs)).toMatchObject({ status: 'running', tries: 3 });
    expect(await sentFor(29, 7 * hourMs)).toMatchObject({ status: 'completed', result: { undelivered } });
  });

  it('are tried once a day where it asks for longer than that', async () => {
    expect(await sentFor(23, 100 * hourMs)).toMatchObject({ tries: 1 });
    expect(await sentFor(25, 100 * hourMs)).toMatchObject({ status: 'completed', tries: 4 });
  });
});
