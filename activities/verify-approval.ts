import { orderFault } from '../domain/guard/order.ts';
import { forgery } from '../domain/run/approval.ts';
import type { SigningKeys } from '../domain/run/signing.ts';
import type { Genuineness, HubActivities } from './contract.ts';

/** The keys, which stay outside of workflows and their history, and the time in Unix ms. */
export interface VerifyingDeps {
  keys: SigningKeys;
  now: () => number;
}

const verdictOf = (why: string | undefined): Genuineness =>
  why === undefined ? { isGenuine: true } : { isGenuine: false, why };

/** Checks the api's signature on an approval. */
export function verifyApproval({ keys, now }: VerifyingDeps): HubActivities['verifyApproval'] {
  return async ({ workflowId, message }) => verdictOf(forgery(keys, workflowId, message, now()));
}

/** Checks the api's signature on what makes a guard less careful. */
export function verifyGuardOrder({ keys, now }: VerifyingDeps): HubActivities['verifyGuardOrder'] {
  return async (input) => verdictOf(orderFault(keys, input, now()));
}
