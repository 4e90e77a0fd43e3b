import { readFileSync } from 'node:fs';
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

interface AuditLine {
  verb: string;
  requestURI: string;
  user: { username: string };
  objectRef?: { resource: string; subresource?: string; namespace?: string; name?: string };
  responseStatus?: { code: number };
}

const reads = ['get', 'list', 'watch'];

function linesOf(file: string): AuditLine[] {
  const text = readFileSync(file, 'utf8');
  // The last line may be on its way.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return whole.filter((line) => line !== '').map((line) => JSON.parse(line) as AuditLine);
}

/** Everything that the worker asked the API server to change, in order; its Events about what it does are left out. */
export function writesOf(auditLog: string): Write[] {
  return linesOf(auditLog)
    .filter(({ user, verb }) => user.username === components.worker.user && !reads.includes(verb))
    .filter(({ objectRef }) => objectRef?.resource !== 'events')
    .map(({ verb, requestURI, objectRef, responseStatus }) => ({
      what: `${verb} ${[objectRef?.resource, objectRef?.subresource].filter(Boolean).join('/')}`,
      namespace: objectRef?.namespace ?? '',
      name: objectRef?.name ?? '',
      isDryRun: /[?&]dryRun=All(&|$)/.test(requestURI),
      code: responseStatus?.code ?? 0,
    }));
}

/** The evictions of the workload's pods that the API server carried out. */
export function evictionsOf(auditLog: string, workload: string): Write[] {
  return writesOf(auditLog).filter(
    ({ what, name, isDryRun, code }) =>
      what === 'create pods/eviction' && name.startsWith(`${workload}-`) && !isDryRun && code < 300,
  );
}
