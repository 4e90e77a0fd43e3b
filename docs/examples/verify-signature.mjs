// Verifies the signature of a message from Mendflow: node verify-signature.mjs SECRET "HEADER" < body.json
import { createHmac, timingSafeEqual } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** True when the body is Mendflow's and not older than five minutes. `body` is the text as it came, not parsed. */
export function isFromMendflow(secret, header, body, nowS = Date.now() / 1000) {
  const [, time, signature] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header) ?? [];
  if (time === undefined || Math.abs(nowS - Number(time)) > 300) return false;
  const expected = createHmac('sha256', secret).update(`${time}.${body}`).digest();
  return timingSafeEqual(expected, Buffer.from(signature, 'hex'));
}

// Not import.meta.main: before Node 24 it is not there, and the program would end with 0 for every message.
const program = process.argv[1];
if (program !== undefined && realpathSync(program) === fileURLToPath(import.meta.url)) {
  let body = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) body += chunk;
  process.exitCode = isFromMendflow(process.argv[2], process.argv[3], body) ? 0 : 1;
}
