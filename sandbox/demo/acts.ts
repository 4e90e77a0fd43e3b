import { auditedRequests } from '../audit-log.ts';
import { components } from '../credentials.ts';

const reads = ['get', 'list', 'watch'];

/** Every write of the worker in the namespace, or on one of the nodes, that was carried out, in order; not its Events. */
export function actsIn(auditLog: string, namespace: string, nodes: readonly string[]): string[] {
  return auditedRequests(auditLog)
    .filter(({ user, verb }) => user === components.worker.user && !reads.includes(verb))
    .filter(({ resource, isDryRun, code }) => resource !== 'events' && !isDryRun && code < 300)
    .filter((request) => (request.namespace === '' ? nodes.includes(request.name) : request.namespace === namespace))
    .map(({ verb, resource }) => `${verb} ${resource}`);
}
