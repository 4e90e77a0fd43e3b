import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { MendflowError } from '../../domain/errors.ts';
import type { ApiDeps, GuardView } from '../ports.ts';
import { guardSchema, pauseSchema, problems, resetSchema, resumeSchema } from '../schemas.ts';

const described = { tags: ['guard'], security: [{ personToken: [] }] };
const response = { 200: guardSchema, ...problems };

/** The guard's state, and the kill switch: what is answered 2xx is held by Temporal even while no worker runs. */
export function guardRoutes({ guard, now }: Pick<ApiDeps, 'guard' | 'now'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/v1/guard',
      { schema: { ...described, summary: 'Show pauses, permits in use and recent acts.', response } },
      async () => shown(await guard.view()),
    );

    app.post(
      '/v1/guard/pause',
      {
        schema: { ...described, summary: 'Stop every act of this cluster until resumed.', body: pauseSchema, response },
      },
      async ({ who, body }) => {
        await guard.pause({ id: randomUUID(), who, why: body.why, sinceMs: now() });
        return shown(await guard.view());
      },
    );

    app.post(
      '/v1/guard/resume',
      { schema: { ...described, summary: 'Lift one pause, or all of them.', body: resumeSchema, response } },
      async ({ who, body }) => {
        const why = body?.why ?? '';
        for (const id of pausesToLift(await guard.view(), body?.id)) await guard.resume({ id, who, why });
        return shown(await guard.view());
      },
    );

    app.post(
      '/v1/guard/reset',
      {
        schema: { ...described, summary: 'Forget a workload’s cooldown and attempts.', body: resetSchema, response },
      },
      async ({ who, body }) => {
        await guard.reset({ ...body, who });
        return shown(await guard.view());
      },
    );
  };
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
  if (!known.includes(id)) throw new MendflowError('NOT_FOUND', `There is no pause ${id}.`);
  return [id];
}

function shown({ cluster, state, note }: GuardView) {
  const view = { cluster, ...(note === undefined ? {} : { note }) };
  if (state === undefined) return view;
  return {
    ...view,
    isPaused: state.pauses.length > 0,
    pauses: state.pauses.map(({ id, who, why, sinceMs }) => ({ id, who, why, since: timeOf(sinceMs) })),
    leases: state.leases.map(({ workload, namespace, action, workflowId, grantedAtMs, expiresAtMs }) => ({
      workload,
      namespace,
      action,
      run: workflowId,
      grantedAt: timeOf(grantedAtMs),
      expiresAt: timeOf(expiresAtMs),
    })),
    acts: state.acts.map(({ workload, atMs }) => ({ workload, at: timeOf(atMs) })),
  };
}

const timeOf = (atMs: number) => new Date(atMs).toISOString();
