import { readFileSync } from 'node:fs';

/** A request that the API server answered, as its audit log has it. */
export interface AuditedRequest {
  /** Empty: somebody who was not let in. */
  user: string;
  /** `get`, `create` … */
  verb: string;
  /** `pods`, or `pods/eviction` with a subresource; empty where the path names no resource. */
  resource: string;
  namespace: string;
  name: string;
  /** Path and query as they were asked. */
  uri: string;
  /** Asked with dryRun=All: nothing was changed. */
  isDryRun: boolean;
  /** The uid that an eviction insists on; absent where it names none, and for every other request. */
  requiredUid?: string;
  /** Status code of the answer; 0 when there was none. */
  code: number;
  /** When the API server had read the request, Unix ms with fractions. */
  receivedAtMs: number;
  /** When it was done and answered. */
  answeredAtMs: number;
}

interface AuditEvent {
  stage: string;
  verb: string;
  user?: { username?: string };
  requestURI: string;
  objectRef?: { resource: string; subresource?: string; namespace?: string; name?: string };
  requestObject?: { deleteOptions?: { preconditions?: { uid?: string } } };
  responseStatus?: { code: number };
  requestReceivedTimestamp: string;
  stageTimestamp: string;
}

/** The stages at which a request is over. */
const ends = ['ResponseComplete', 'Panic'];

/** A request with credentials that the API server does not take has this stage only, and nobody's name. */
const isNotLetIn = ({ stage, user, responseStatus }: AuditEvent) =>
  stage === 'ResponseStarted' && responseStatus?.code === 401 && !user?.username;

/** Milliseconds since 1970 of an RFC 3339 moment, fractions of a millisecond kept; NaN when it is none. */
export function preciseTimeMs(text: string): number {
  const [, seconds, fraction = '0', zone] = /^(.+:\d{2})(?:\.(\d+))?(Z|[+-]\d{2}:\d{2})$/.exec(text) ?? [];
  return seconds === undefined ? Number.NaN : Date.parse(`${seconds}${zone}`) + Number(`0.${fraction}`) * 1_000;
}

/** The request that a line of the log tells of; undefined for one that is not over yet. */
export function requestOf(line: string): AuditedRequest | undefined {
  const event = JSON.parse(line) as AuditEvent;
  if (!ends.includes(event.stage) && !isNotLetIn(event)) return undefined;
  const { objectRef, requestObject, requestURI } = event;
  const requiredUid = requestObject?.deleteOptions?.preconditions?.uid;
  return {
    user: event.user?.username ?? '',
    verb: event.verb,
    resource: [objectRef?.resource, objectRef?.subresource].filter(Boolean).join('/'),
    namespace: objectRef?.namespace ?? '',
    name: objectRef?.name ?? '',
    uri: requestURI,
    isDryRun: /[?&]dryRun=All(&|$)/.test(requestURI),
    ...(requiredUid !== undefined && { requiredUid }),
    code: event.responseStatus?.code ?? 0,
    receivedAtMs: preciseTimeMs(event.requestReceivedTimestamp),
    answeredAtMs: preciseTimeMs(event.stageTimestamp),
  };
}

/** Every request in the log so far, in the order in which they ended; a line that is still being written is left out. */
export function auditedRequests(auditLog: string): AuditedRequest[] {
  const text = readFileSync(auditLog, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return whole.filter((line) => line !== '').flatMap((line) => requestOf(line) ?? []);
}
