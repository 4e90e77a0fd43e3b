import type { HumanMessage } from './contract.ts';
import { type SigningKeys, sign, signatureFault } from './signing.ts';

/** A signed approval older than this is not taken: a copy of it is worth nothing later. */
const validForMs = 300_000;

/** What an approval's signature covers. */
const signedPart = (workflowId: string, { id, who, at, digest }: HumanMessage) => ({ workflowId, id, who, at, digest });

/**
 * The api's word that a person it knows approved exactly this, over run, question, person, message and time. Whoever can
 * write to Temporal but lacks the key cannot approve. Undefined without a key.
 */
export function signApproval(keys: SigningKeys, workflowId: string, message: HumanMessage): string | undefined {
  return sign(keys, 'approval', signedPart(workflowId, message));
}

/** Why an approval is not genuine, or undefined when it is. Without a key nothing is: silence means no. */
export function forgery(
  keys: SigningKeys,
  workflowId: string,
  message: HumanMessage,
  nowMs: number,
): string | undefined {
  const fault = approvalFault(keys, workflowId, message);
  if (fault !== undefined) return fault;
  const ageMs = Math.abs(nowMs - Date.parse(message.at));
  return ageMs <= validForMs ? undefined : 'its signature is too old';
}

/** The same of an approval that was taken in time, whatever the time is now. */
export function approvalFault(keys: SigningKeys, workflowId: string, message: HumanMessage): string | undefined {
  return signatureFault(keys, { purpose: 'approval', content: signedPart(workflowId, message) }, message.signature);
}
