import { type AuditedRequest, auditedRequests } from '../audit-log.ts';
import { components } from '../credentials.ts';

const reads = ['get', 'list', 'watch'];

/** `create pods/eviction`. */
export const actInWords = ({ verb, resource }: Pick<AuditedRequest, 'verb' | 'resource'>) => `${verb} ${resource}`;

/** Every write of the worker that was carried out, in order; not its Events. */
export const writesIn = (auditLog: string): AuditedRequest[] =>
  auditedRequests(auditLog)
    .filter(({ user, verb }) => user === components.worker.user && !reads.includes(verb))
    .filter(({ resource, isDryRun, code }) => resource !== 'events' && !isDryRun && code < 300);

/** The worker's writes in the namespace, or on one of the nodes, in words and in order. */
export const actsIn = (auditLog: string, namespace: string, nodes: readonly string[]): string[] =>
  writesIn(auditLog)
    .filter((request) => (request.namespace === '' ? nodes.includes(request.name) : request.namespace === namespace))
    .map(actInWords);
