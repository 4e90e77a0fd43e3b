import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { safeLine } from '../../domain/text/plain-text.ts';
import { eventNamespace } from './paths.ts';
import type { OurEvent } from './port.ts';

const noteBytes = 1_024;
const apiVersions: Record<string, string> = { Pod: 'v1', Node: 'v1', Job: 'batch/v1' };

/** An events.k8s.io/v1 Event; its name follows from the object and the key, so that a repeat is refused. */
export function eventBody({ regarding, reason, type, note, key, atMs }: OurEvent): object {
  const digest = createHash('sha256').update(`${regarding.uid}\n${key}`).digest('hex').slice(0, 16);
  const { kind, namespace, name, uid } = regarding;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: `${name.slice(0, 230)}.${digest}`, namespace: eventNamespace(regarding) },
    // The API wants microseconds.
    eventTime: new Date(atMs).toISOString().replace('Z', '000Z'),
    reportingController: 'mendflow.dev/worker',
    reportingInstance: hostname().slice(0, 128) || 'worker',
    action: 'Remediate',
    reason,
    type,
    note: cutBytes(safeLine(note), noteBytes),
    regarding: { apiVersion: apiVersions[kind] ?? 'apps/v1', kind, ...(namespace && { namespace }), name, uid },
  };
}

function cutBytes(text: string, bytes: number): string {
  const whole = Buffer.from(text);
  // A character cut in half at the end becomes one replacement character, which goes too.
  return whole.length <= bytes
    ? text
    : whole
        .subarray(0, bytes - 3)
        .toString()
        .replace(/\uFFFD$/, '');
}
