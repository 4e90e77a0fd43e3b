import type { Action } from '../../../activities/actions/define-action.ts';
import { basePermissions } from '../../../activities/kubernetes/permissions.ts';
import type { Cluster } from '../../../activities/kubernetes/port.ts';
import type { Permission } from '../../../domain/policy/action.ts';
import { type AuditedRequest, auditedRequests } from '../../../sandbox/audit-log.ts';
import { namespace, type World } from './world.ts';

/** An account of its own, and what it asked the API server to change. */
export interface Actor {
  cluster: Cluster;
  /** `patch deployments`, one for each write that changed something. */
  acts(): string[];
  /** Every write asked for, dry ones too, but for our own events and the question whether a pod could come back. */
  asked(): { what: string; isDryRun: boolean }[];
}

const reads = ['get', 'list', 'watch'];
const asksForPod = ({ verb, resource, isDryRun }: AuditedRequest) =>
  verb === 'create' && resource === 'pods' && isDryRun;
let accounts = 0;

/** An account with exactly the rights that the product needs for this action, or without those named. */
export async function actorFor(world: World, action: Action, rights = action.permissions): Promise<Actor> {
  accounts += 1;
  const account = `actor-${accounts}`;
  const cluster = await world.clusterAs(account, [...basePermissions, ...rights]);
  return { cluster, ...writesBy(world, `system:serviceaccount:${namespace}:${account}`) };
}

/** What the user asked to change from now on. */
export function writesBy(world: World, user: string): Omit<Actor, 'cluster'> {
  const all = () =>
    auditedRequests(world.sandbox.kubernetes.auditLog ?? '').filter(
      (request) =>
        request.user === user && !reads.includes(request.verb) && request.resource !== 'events' && !asksForPod(request),
    );
  const before = all().length;
  const what = ({ verb, resource }: { verb: string; resource: string }) => `${verb} ${resource}`;
  const later = () => all().slice(before);
  return {
    acts: () => later().flatMap((request) => (request.isDryRun || request.code >= 300 ? [] : what(request))),
    asked: () => later().map((request) => ({ what: what(request), isDryRun: request.isDryRun })),
  };
}

/** Each single right of the rules: one group, one resource, one verb. */
export function singleRights(rules: readonly Permission[]): Permission[] {
  return rules.flatMap(({ apiGroups, resources, verbs, ...where }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        verbs.map((verb) => ({ apiGroups: [group], resources: [resource], verbs: [verb], ...where })),
      ),
    ),
  );
}

/** A right in words: `patch apps/deployments`. */
export const rightInWords = ({ apiGroups, resources, verbs }: Permission) =>
  `${verbs.join()} ${apiGroups[0] === '' ? '' : `${apiGroups[0]}/`}${resources.join()}`;
