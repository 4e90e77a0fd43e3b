import { activityInfo } from '@temporalio/activity';
import { workflowTypes } from '../domain/run/contract.ts';
import { MendflowError } from '../domain/run/errors.ts';

type AnyActivity = (...args: never[]) => Promise<unknown>;
const ours: readonly string[] = Object.values(workflowTypes);

/**
 * Activities that sign, verify or decide. A local activity is run by the worker that runs its workflow, so its caller is
 * code of ours; any workflow can schedule a normal one on our queue. Throws FOREIGN_CALLER for those.
 */
export function localOnly<A extends object>(activities: A): A {
  const guarded = Object.entries(activities).map(([name, run]) => [name, onlyLocal(name, run as AnyActivity)]);
  return Object.fromEntries(guarded) as A;
}

function onlyLocal(name: string, run: AnyActivity): AnyActivity {
  return async (...args) => {
    const { isLocal, workflowType = '' } = activityInfo();
    if (isLocal && ours.includes(workflowType)) return run(...args);
    const how = isLocal ? 'a local activity' : 'a normal activity';
    throw new MendflowError('FOREIGN_CALLER', `${name} was called as ${how} of a workflow ${workflowType}`);
  };
}
