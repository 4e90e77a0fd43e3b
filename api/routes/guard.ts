import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { nearest } from '../../config/nearest.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { guardDocument } from '../guard-document.ts';
import type { ApiDeps, GuardView } from '../ports.ts';
import {
  type GuardDocument,
  guardSchema,
  pausedSchema,
  pauseSchema,
  resetSchema,
  resumeSchema,
} from '../schemas/guard.ts';
import { problems } from '../schemas/index.ts';

const described = { tags: ['guard'], security: [{ personToken: [] }] };
const response = { 200: guardSchema, ...problems };

/** How often, and how many times, the api looks whether a pause was lifted. */
const lookEveryMs = 200;
const looksAtMost = 12;

type GuardDeps = Pick<ApiDeps, 'guard' | 'guardLimits' | 'now'>;

/** The guard's state, and the kill switch: what is answered 2xx is held by Temporal even while no worker runs. */
export function guardRoutes({ guard, guardLimits, now }: GuardDeps): FastifyPluginAsyncZod {
  const shown = async () => guardDocument(await guard.view(), guardLimits, now());
  return async (app) => {
    app.get(
      '/v1/guard',
      {
        schema: {
          ...described,
          summary: 'Show pauses, storm, permits, budgets, workloads, incidents and acts.',
          response,
        },
      },
      shown,
    );

    app.post(
      '/v1/guard/pause',
      {
        schema: {
          ...described,
          summary: 'Stop every act of this cluster until resumed, or for a time.',
          body: pauseSchema,
          response: { ...response, 200: pausedSchema },
        },
      },
      async ({ who, body }) => {
        const pause = { id: randomUUID(), who, why: body.why, sinceMs: now() };
        await guard.pause(body.for === undefined ? pause : { ...pause, untilMs: pause.sinceMs + body.for });
        return { ...(await shown()), pauseId: pause.id };
      },
    );

    app.post(
      '/v1/guard/resume',
      { schema: { ...described, summary: 'Lift one pause, or all of them.', body: resumeSchema, response } },
      async ({ who, body }) => {
        await lift(guard, { id: body?.id, who, why: body?.why ?? '' });
        return shown();
      },
    );

    app.post(
      '/v1/guard/reset',
      {
        schema: {
          ...described,
          summary: 'Forget a workload’s cooldown, attempts and failures.',
          body: resetSchema,
          response,
        },
      },
      async ({ who, body }) => {
        mustKnow(await shown(), body.workload);
        await guard.reset({ ...body, who });
        return shown();
      },
    );
  };
}

/** A guard that answers says which workloads it remembers. Throws NOT_FOUND for another one: nothing would be forgotten. */
function mustKnow({ workloads }: GuardDocument, workload: string): void {
  if (workloads === undefined || workloads.some((known) => known.workload === workload)) return;
  const near = nearest(
    workload,
    workloads.map((known) => known.workload),
  );
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  throw new MendflowError(
    'NOT_FOUND',
    `The guard remembers nothing of ${workload}, so there is nothing to forget.${hint}`,
  );
}

/** Lifts the pauses that are meant. Throws NOT_SIGNED when the guard answers and keeps one. */
async function lift(guard: ApiDeps['guard'], { id, who, why }: { id: string | undefined; who: string; why: string }) {
  const ids = pausesToLift(await guard.view(), id);
  for (const each of ids) await guard.resume({ id: each, who, why });
  const isLifted = async () => !(await guard.view()).state?.pauses.some((pause) => ids.includes(pause.id));
  if (await isLifted()) return;
  // The guard checks the signature first, which takes a moment.
  for (let looks = 1; looks < looksAtMost; looks += 1) {
    await setTimeout(lookEveryMs);
    if (await isLifted()) return;
  }
  throw new MendflowError('NOT_SIGNED', 'The guard did not lift the pause; its log says why.');
}

function pausesToLift({ state, note }: GuardView, id: string | undefined): string[] {
  if (state === undefined) {
    if (id !== undefined) return [id];
    throw new MendflowError(
      'TEMPORAL_UNAVAILABLE',
      `${note ?? 'No worker answers'}; name the pause to lift by its id.`,
    );
  }
  const known = state.pauses.map((pause) => pause.id);
  if (id === undefined) return known;
  if (!known.includes(id))
    throw new MendflowError('NOT_FOUND', `There is no pause ${id}; mendflow guard lists the pauses.`);
  return [id];
}
