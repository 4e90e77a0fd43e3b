import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { PolicyListing } from '../../domain/policy/listing.ts';
import { policiesWorkflowId, workflowTypes } from '../../domain/run/contract.ts';
import type { PoliciesPort } from '../ports.ts';
import { ask } from './ask.ts';

/** Lists policies by asking the worker that has them. */
export function createPolicies(client: Client): PoliciesPort {
  return {
    list: (cluster) =>
      ask<PolicyListing>(client, {
        ...{ type: workflowTypes.policies, workflowId: policiesWorkflowId(cluster, randomUUID()), cluster },
        ...{ input: { cluster }, summary: 'Lists the policies; changes nothing' },
      }),
  };
}
