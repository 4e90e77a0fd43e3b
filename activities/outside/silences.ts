import { request } from 'undici';
import { z } from 'zod';
import { MendflowError } from '../../domain/run/errors.ts';

/** A silence for exactly one set of labels. */
export interface NewSilence {
  labels: Record<string, string>;
  startsAtMs: number;
  endsAtMs: number;
  comment: string;
}

/** Our own silences in an Alertmanager. Each call fails with RECEIVER_UNAVAILABLE (again) or STEP_FAILED (for good). */
export interface Silences {
  /** Those of ours whose comment holds the text, with whether they are in force. */
  find(text: string): Promise<{ id: string; isActive: boolean }[]>;
  create(silence: NewSilence): Promise<void>;
  expire(id: string): Promise<void>;
}

const createdBy = 'mendflow';
const deadlineMs = 8_000;
/** Expired silences are listed for days. */
const largestAnswer = 16_777_216;

const listed = z.array(
  z.object({ id: z.string(), comment: z.string(), createdBy: z.string(), status: z.object({ state: z.string() }) }),
);

/** The silences of the Alertmanager at this URL, by its API v2. */
export function silencesAt(url: string): Silences {
  const call = async (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<string> => {
    const { status, text } = await answerOf(`${url}/api/v2/${path}`, method, body);
    if (status >= 200 && status < 300) return text;
    const isPassing = status === 408 || status === 429 || status >= 500;
    const code = isPassing ? 'RECEIVER_UNAVAILABLE' : 'STEP_FAILED';
    throw new MendflowError(code, `Alertmanager answered ${status} to ${method} ${path.split('/')[0]}`);
  };
  return {
    async find(text) {
      const parsed = listed.safeParse(JSON.parse(await call('GET', 'silences')));
      if (!parsed.success)
        throw new MendflowError('STEP_FAILED', 'the list of silences that Alertmanager gave cannot be read');
      const ours = parsed.data.filter((silence) => silence.createdBy === createdBy && silence.comment.includes(text));
      return ours.map(({ id, status }) => ({ id, isActive: status.state !== 'expired' }));
    },
    async create({ labels, startsAtMs, endsAtMs, comment }) {
      const matchers = Object.entries(labels).map(([name, value]) => ({ name, value, isRegex: false, isEqual: true }));
      const times = { startsAt: new Date(startsAtMs).toISOString(), endsAt: new Date(endsAtMs).toISOString() };
      await call('POST', 'silences', { matchers, ...times, createdBy, comment });
    },
    async expire(id) {
      await call('DELETE', `silence/${encodeURIComponent(id)}`);
    },
  };
}

async function answerOf(url: string, method: 'GET' | 'POST' | 'DELETE', body?: object) {
  try {
    const answer = await request(url, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(deadlineMs),
    });
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of answer.body) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size > largestAnswer) throw new Error('the answer is too large');
    }
    return { status: answer.statusCode, text: Buffer.concat(chunks).toString() };
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new MendflowError('RECEIVER_UNAVAILABLE', `Alertmanager does not answer (${code ?? message})`, { cause });
  }
}
