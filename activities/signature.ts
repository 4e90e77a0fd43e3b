import { createHmac } from 'node:crypto';

/** `Mendflow-Signature: t=<Unix s>,v1=<hex>`, an HMAC-SHA256 of `<t>.<body>`; nothing where there is no secret. */
export function signatureOf(secret: string | undefined, body: string, nowMs: number): Record<string, string> {
  if (secret === undefined) return {};
  const seconds = Math.floor(nowMs / 1_000);
  const signature = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return { 'mendflow-signature': `t=${seconds},v1=${signature}` };
}
