import { type Agent, request } from 'undici';
import type { Product } from '../sandbox/product.ts';

/** What a webhook answered. */
export interface Answer {
  status: number;
  /** What its Retry-After asks for. */
  retryAfterMs?: number;
  /** Mendflow's code for a refusal. */
  code?: string;
}

/** The timeout that is recommended for Alertmanager. */
const timeoutMs = 10_000;

/** Posts bodies to the webhook at the URL; a request rejects when there is no answer within 10 s. */
export function webhook(url: string, token: string, dispatcher: Agent): (body: string) => Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return async (body) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const answer = await request(url, { method: 'POST', headers, body, dispatcher, signal });
    const said = codeIn(await answer.body.text());
    const seconds = Number(answer.headers['retry-after'] ?? Number.NaN);
    return {
      status: answer.statusCode,
      ...(Number.isFinite(seconds) && { retryAfterMs: seconds * 1_000 }),
      ...(said !== undefined && { code: said }),
    };
  };
}

/** The same for Mendflow's own. */
export const productWebhook = ({ url, intakeToken }: Product, dispatcher: Agent) =>
  webhook(`${url}/webhook`, intakeToken, dispatcher);

/** The code of a problem document; undefined for any other text. */
function codeIn(text: string): string | undefined {
  return text.startsWith('{') ? (JSON.parse(text) as { code?: string }).code : undefined;
}
