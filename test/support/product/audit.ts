import { type AuditedRequest, auditedRequests } from '../../../sandbox/audit-log.ts';
import { components } from '../../../sandbox/credentials.ts';

/** A request of the worker that was meant to change something, as the API server's audit log has it. */
export interface Write {
  /** `create pods/eviction`. */
  what: string;
  namespace: string;
  name: string;
  isDryRun: boolean;
  /** The answer's status code. */
  code: number;
}

const reads = ['get', 'list', 'watch'];
const eviction = 'create pods/eviction';

const whatOf = ({ verb, resource }: AuditedRequest) => `${verb} ${resource}`;

/** It changes nothing, whoever asks: reads, what the account may do, and whether a pod could come back. */
export const isRead = (request: AuditedRequest): boolean =>
  reads.includes(request.verb) ||
  request.resource.startsWith('selfsubject') ||
  (request.isDryRun && whatOf(request) === 'create pods');

/** Everything that the worker asked the API server, in order. */
export function workerRequests(auditLog: string): AuditedRequest[] {
  return auditedRequests(auditLog).filter(({ user }) => user === components.worker.user);
}

/** Everything that the worker asked the API server to change, in order; its Events about what it does are left out. */
export function writesOf(auditLog: string): Write[] {
  return workerRequests(auditLog)
    .filter((request) => !isRead(request) && request.resource !== 'events')
    .map((request) => {
      const { namespace, name, isDryRun, code } = request;
      return { what: whatOf(request), namespace, name, isDryRun, code };
    });
}

/** The evictions of the workload's pods that the API server carried out. */
export function evictionsOf(auditLog: string, workload: string): Write[] {
  return writesOf(auditLog).filter(
    ({ what, name, isDryRun, code }) => what === eviction && name.startsWith(`${workload}-`) && !isDryRun && code < 300,
  );
}
