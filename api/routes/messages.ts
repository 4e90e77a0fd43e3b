import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { HumanMessage, HumanMessageName } from '../../domain/run/contract.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { takenAnswer } from '../../domain/run/messages.ts';
import type { ApiDeps } from '../ports.ts';
import { type Answer, answerSchema, messageSchema, problems, runParams, sentSchema } from '../schemas/index.ts';

const verbs: readonly { path: string; name: HumanMessageName; summary: string; isAnswer?: true }[] = [
  { path: 'approve', name: 'approve', summary: 'Say yes to the step that the run asks about.', isAnswer: true },
  { path: 'reject', name: 'reject', summary: 'Say no to the step that the run asks about.', isAnswer: true },
  { path: 'acknowledge', name: 'acknowledge', summary: 'Acknowledge an escalation: no further level is told.' },
  { path: 'retry', name: 'retry', summary: 'Try again after an escalation.' },
  { path: 'abort', name: 'abort', summary: 'End the run; nothing more is done.' },
  { path: 'take-over', name: 'takeOver', summary: 'Hand the workload to the caller; the run ends.' },
];

/** Messages of people to runs; the answer says whether the run took it or was past the question. */
export function messageRoutes({ runs, now }: Pick<ApiDeps, 'runs' | 'now'>): FastifyPluginAsyncZod {
  return async (app) => {
    for (const { path, name, summary, isAnswer } of verbs) {
      const schema = {
        tags: ['remediations'],
        security: [{ personToken: [] }],
        summary,
        params: runParams,
        body: isAnswer ? answerSchema : messageSchema,
        response: { 200: sentSchema, ...problems },
      };
      app.post(`/v1/remediations/:id/${path}`, { schema }, async (request) => {
        const { id: run } = request.params;
        const { id, note, digest }: Partial<Answer> = request.body ?? {};
        const at = new Date(now()).toISOString();
        const message: HumanMessage = {
          id: id ?? keyOf(request) ?? randomUUID(),
          who: request.who,
          at,
          ...(note === undefined ? {} : { note }),
          ...(digest === undefined ? {} : { digest }),
        };
        const reply = await runs.send(run, name, message);
        const isEnough = reply === takenAnswer(name);
        return { id: message.id, run, message: name, who: message.who, at, answer: reply, isEnough };
      });
    }
  };
}

function keyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && /^[!-~]{1,128}$/.test(key)) return key;
  throw new MendflowError('INVALID_REQUEST', 'headers.idempotency-key: must be 1 to 128 printable characters');
}
