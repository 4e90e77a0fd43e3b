import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { digestOf, sameDigest } from '../text/digest.ts';

/** A secret that api, hub and cluster workers share; its id says which of several made a signature. */
export interface SigningKey {
  id: string;
  secret: string;
}

/** The first key signs, all of them verify: so that keys can be rotated. Empty: nothing is signed or believed. */
export type SigningKeys = readonly SigningKey[];

/** What a signature is for; one made for one purpose is worth nothing for another. */
export type SigningPurpose = 'approval' | 'ticket' | 'resume' | 'reset';

/** What is said where there is no key. */
export const keyMissing = 'no signing key is set; give api and workers the same MENDFLOW_APPROVAL_KEY';

/** The id of a key that was given none: it tells one key from another and nothing of the secret. */
export const derivedKeyId = (secret: string): string => digestOf({ keyIdOf: secret }).slice(0, 8);

/** `<key id>:<HMAC-SHA256 in hex>` over the purpose and plain JSON; undefined without a key. */
export function sign(keys: SigningKeys, purpose: SigningPurpose, content: unknown): string | undefined {
  const [key] = keys;
  return key && `${key.id}:${macOf(key, purpose, content)}`;
}

/** Why the signature is not ours, or undefined when it is. */
export function signatureFault(
  keys: SigningKeys,
  { purpose, content }: { purpose: SigningPurpose; content: unknown },
  signature: unknown,
): string | undefined {
  if (keys.length === 0) return keyMissing;
  if (typeof signature !== 'string') return 'it has no signature';
  const at = signature.lastIndexOf(':');
  const id = signature.slice(0, Math.max(0, at));
  const key = keys.find((known) => known.id === id);
  if (key === undefined) return `it is signed with the key ${JSON.stringify(id.slice(0, 32))}, which is not known here`;
  return sameDigest(signature.slice(at + 1), macOf(key, purpose, content)) ? undefined : 'its signature is wrong';
}

function macOf({ secret }: SigningKey, purpose: SigningPurpose, content: unknown): string {
  return bytesToHex(hmac(sha256, utf8ToBytes(secret), utf8ToBytes(digestOf({ purpose, content }))));
}
