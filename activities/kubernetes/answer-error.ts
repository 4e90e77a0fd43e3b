import { type ErrorCode, MendflowError } from '../../domain/run/errors.ts';
import { safeLine } from '../../domain/text/plain-text.ts';

/** The part of the API server's Status object that tells failures apart. */
interface Status {
  message?: string;
  retryAfterSeconds?: number;
  causes: { reason?: string; message?: string }[];
}

/** A whole answer of the API server. */
export interface Answer {
  status: number;
  text: string;
  /** Value of the Retry-After header, seconds. */
  retryAfter?: string;
}

/** Longer answers are cut before they are looked at. */
const longestMessage = 2_000;
const longestWords = 500;
const mostCauses = 10;

/** The catalogue's error for an answer of the API server; `what` says which call, in words. */
export function answerError(what: string, answer: Answer): MendflowError {
  const body = statusOf(answer.text);
  // A 429 says by itself that it passes; not all of them say when.
  const unsaid = answer.status === 429 ? 1 : Number.NaN;
  const seconds = Number(answer.retryAfter ?? body.retryAfterSeconds ?? unsaid);
  return new MendflowError(codeOf(answer.status, body), `${what}: ${answer.status} ${inWords(body, answer.text)}`, {
    ...(Number.isFinite(seconds) ? { retryAfterMs: seconds * 1_000 } : {}),
  });
}

/** True for a 403 that says what our account lacks, or says nothing; false where the admission of the cluster says no. */
export const isWithoutRight = ({ status, text }: Answer): boolean =>
  status === 403 && codeOf(status, statusOf(text)) === 'PERMISSION_DENIED';

/** True for a 401 of the API server itself; false where a webhook of the cluster says no with that status. */
export const isNotLetIn = ({ status, text }: Answer): boolean =>
  status === 401 && codeOf(status, statusOf(text)) === 'CREDENTIALS_REFUSED';

function codeOf(status: number, body: Status): ErrorCode {
  const message = body.message ?? '';
  // A webhook answers with any status it likes, and what follows is its own text.
  if (isAdmission(message)) return 'ADMISSION_REFUSED';
  switch (status) {
    case 401:
      return 'CREDENTIALS_REFUSED';
    case 403:
      return codeOfForbidden(body);
    case 404:
      return 'TARGET_GONE';
    // A list that outlived its snapshot: read it again.
    case 410:
      return 'CONFLICT';
    case 409:
      return namesUidPrecondition(message.toLowerCase()) ? 'TARGET_REPLACED' : 'CONFLICT';
    case 422:
      // This is how a patch that names a uid is refused for an object with another one.
      return /metadata\.uid: /.test(message) ? 'TARGET_REPLACED' : 'NOT_APPLICABLE';
    case 429:
      return body.causes.some(({ reason }) => reason === 'DisruptionBudget') ? 'EVICTION_BLOCKED' : 'RATE_LIMITED';
    case 500:
      return codeOfServerError(message);
    default:
      return status === 408 || status > 500 ? 'CLUSTER_UNAVAILABLE' : 'INTERNAL';
  }
}

/** `admission webhook "w" denied the request: …`, `… is forbidden: ValidatingAdmissionPolicy 'p' with binding …`. */
function isAdmission(message: string): boolean {
  return (
    message.startsWith('admission webhook "') || /^[^:]{1,500} is forbidden: ValidatingAdmissionPolicy '/.test(message)
  );
}

/**
 * A 403 of the authorizer names the account: `pods "a" is forbidden: User "u" cannot get …`. All others are of admission
 * plugins: quota, Pod Security, LimitRange, ServiceAccount, a namespace that is being deleted.
 */
function codeOfForbidden({ message }: Status): ErrorCode {
  if (message === undefined || /(^|: )User "[^"]*" cannot /.test(message)) return 'PERMISSION_DENIED';
  // It names a right that we lack, on the owner.
  if (message.includes('cannot set blockOwnerDeletion')) return 'PERMISSION_DENIED';
  return message.includes('not yet ready to handle request') ? 'CLUSTER_UNAVAILABLE' : 'ADMISSION_REFUSED';
}

function codeOfServerError(message: string): ErrorCode {
  // Two budgets for one pod: the eviction API never allows it, so waiting is in vain.
  if (/more than one PodDisruptionBudget/i.test(message)) return 'BUDGETS_CONFLICT';
  return message.includes('failed calling webhook "') ? 'ADMISSION_UNAVAILABLE' : 'CLUSTER_UNAVAILABLE';
}

/** `Precondition failed: UID in precondition: …`, in lower case. */
function namesUidPrecondition(message: string): boolean {
  const at = message.indexOf('precondition');
  return at !== -1 && /\buid\b/.test(message.slice(at));
}

/** The API server's own words: on one line, bounded, without secrets and without what cannot be seen. */
function inWords({ message, causes }: Status, text: string): string {
  const told = causes.flatMap((cause) => cause.message ?? []);
  return safeLine([message ?? text.slice(0, 200), ...told].join('; '), longestWords);
}

function statusOf(text: string): Status {
  const { message, details } = objectOf(parsed(text));
  const { retryAfterSeconds, causes } = objectOf(details);
  const said = textOf(message);
  return {
    ...(said !== undefined && { message: said }),
    ...(typeof retryAfterSeconds === 'number' && { retryAfterSeconds }),
    causes: (Array.isArray(causes) ? causes.slice(0, mostCauses) : []).map((cause) => {
      const [reason, words] = [textOf(objectOf(cause).reason), textOf(objectOf(cause).message)];
      return { ...(reason !== undefined && { reason }), ...(words !== undefined && { message: words }) };
    }),
  };
}

const textOf = (value: unknown) =>
  typeof value === 'string' && value !== '' ? value.slice(0, longestMessage) : undefined;

const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy in between answers with HTML or plain text; the status code still tells.
    return undefined;
  }
}
