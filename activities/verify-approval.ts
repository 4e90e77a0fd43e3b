import { forgery } from '../domain/approval.ts';
import type { HubActivities } from './contract.ts';

/** Checks the api's signature on an approval; the key stays outside of workflows and their history. */
export function verifyApproval(deps: { key: string | undefined; now: () => number }): HubActivities['verifyApproval'] {
  return async ({ workflowId, message }) => {
    const why = forgery(deps.key, workflowId, message, deps.now());
    return why === undefined ? { isGenuine: true } : { isGenuine: false, why };
  };
}
