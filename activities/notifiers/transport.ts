import { lookup as dnsLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, request } from 'undici';
import { MendflowError } from '../../domain/run/errors.ts';
import type { OutgoingMessage, Receiver } from './define-notifier.ts';
import { isPrivateAddress } from './private-address.ts';

const deadlineMs = 10_000;
/** A receiver may ask to be left alone for a day; nobody waits longer for it. */
const longestRetryAfterMs = 86_400_000;
/** The largest body that is sent, in bytes. */
export const largestBody = 65_536;

/** The name is resolved once, and the address that is checked is the one that is connected to. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  dnsLookup(hostname, { ...options, all: true }, (error, addresses) => {
    const blocked = addresses?.find(({ address }) => isPrivateAddress(address));
    if (error !== null) return callback(error, '', 4);
    if (blocked !== undefined) return callback(new Error(`${hostname} is in a private network`), '', 4);
    if (options.all === true) return (callback as (e: null, a: typeof addresses) => void)(null, addresses);
    return callback(null, addresses[0]?.address ?? '', addresses[0]?.family ?? 4);
  });
};

const openAgent = new Agent({ connectTimeout: deadlineMs });
const guardedAgent = new Agent({ connectTimeout: deadlineMs, connect: { lookup: publicLookup } });

/** Where a message goes, and how far that may lead. */
type Recipient = Pick<Receiver, 'name' | 'url' | 'allowPrivateNetwork'>;

/** What a receiver answered: its status, and the first 64 KiB of its body. */
export interface Exchanged {
  status: number;
  body: string;
}

/**
 * Sends one message, without following redirects, and gives the answer. Throws RECEIVER_UNAVAILABLE (try again) for no
 * answer, 408, 429 and 5xx, NOTIFIER_REJECTED for what must not be sent. No error holds the URL: it may be a secret.
 */
export async function exchange(to: Recipient, message: OutgoingMessage): Promise<Exchanged> {
  const { name, allowPrivateNetwork } = to;
  const { url = to.url } = message;
  if (Buffer.byteLength(message.body) > largestBody) {
    throw new MendflowError('NOTIFIER_REJECTED', `the message to ${name} is larger than 64 KiB`);
  }
  // A literal address is connected to without a look-up, so it is checked here.
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  if (!allowPrivateNetwork && isIP(host) !== 0 && isPrivateAddress(host)) {
    throw new MendflowError(
      'NOTIFIER_REJECTED',
      `receiver ${name} is in a private network; set allowPrivateNetwork to permit it`,
    );
  }
  const { status, body, retryAfter } = await send({ ...to, url }, message);
  if (status === 408 || status === 429 || status >= 500) {
    const seconds = Number(retryAfter);
    throw new MendflowError(
      'RECEIVER_UNAVAILABLE',
      `${name} answered ${status}`,
      seconds > 0 ? { retryAfterMs: Math.min(seconds * 1_000, longestRetryAfterMs) } : {},
    );
  }
  return { status, body };
}

/** Sends one message as `exchange` does; throws NOTIFIER_REJECTED (final) for every answer that is not 2xx. */
export async function post(receiver: Recipient, message: OutgoingMessage): Promise<string> {
  const { status, body } = await exchange(receiver, message);
  if (status < 200 || status >= 300)
    throw new MendflowError('NOTIFIER_REJECTED', `${receiver.name} answered ${status}`);
  return body;
}

async function send(
  { name, url, allowPrivateNetwork }: Recipient,
  { method = 'POST', headers, body }: OutgoingMessage,
) {
  try {
    const answer = await request(url, {
      method,
      headers,
      body,
      dispatcher: allowPrivateNetwork ? openAgent : guardedAgent,
      signal: AbortSignal.timeout(deadlineMs),
    });
    return { status: answer.statusCode, retryAfter: answer.headers['retry-after'], body: await beginning(answer.body) };
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = message.includes('private network')
      ? 'its name resolves to an address in a private network'
      : (code ?? (cause as Error).name);
    throw new MendflowError('RECEIVER_UNAVAILABLE', `${name} does not answer (${why})`);
  }
}

/** The first 64 KiB of the body as text; the rest is not read, and its connection not used again. */
async function beginning(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= largestBody) break;
  }
  return Buffer.concat(chunks).subarray(0, largestBody).toString();
}
