import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { HumanMessage } from './contract.ts';
import { digestOf } from './digest.ts';

/** A signed approval older than this is not taken: a copy of it is worth nothing later. */
const validForMs = 300_000;

/**
 * The api's word that a person it knows approved exactly this: HMAC-SHA256, in hex, over run, question, person, message
 * and time. Whoever can write to Temporal but lacks the key cannot approve.
 */
export function signatureOf(key: string, workflowId: string, message: HumanMessage): string {
  const { id, who, at, digest } = message;
  return bytesToHex(hmac(sha256, utf8ToBytes(key), utf8ToBytes(digestOf({ workflowId, id, who, at, digest }))));
}

/** Why an approval is not genuine, or undefined when it is. Without a key nothing is: silence means no. */
export function forgery(
  key: string | undefined,
  workflowId: string,
  message: HumanMessage,
  nowMs: number,
): string | undefined {
  if (key === undefined) return 'approvals need a key; set MENDFLOW_APPROVAL_KEY for the api and the worker';
  // Both sides are digests: where they first differ tells nothing about the key.
  if (
    message.signature === undefined ||
    digestOf(message.signature) !== digestOf(signatureOf(key, workflowId, message))
  ) {
    return 'it does not carry the api’s signature';
  }
  const ageMs = Math.abs(nowMs - Date.parse(message.at));
  return ageMs <= validForMs ? undefined : 'its signature is too old';
}
