import { type ErrorCode, MendflowError } from '../../domain/errors.ts';

/** The part of the API server's Status object that tells failures apart. */
interface Status {
  message?: string;
  details?: { retryAfterSeconds?: number; causes?: { reason?: string; message?: string }[] };
}

/** A whole answer of the API server. */
export interface Answer {
  status: number;
  text: string;
  /** Value of the Retry-After header, seconds. */
  retryAfter?: string;
}

/** The catalogue's error for an answer of the API server; `what` says which call, in words. */
export function answerError(what: string, answer: Answer): MendflowError {
  const body = statusOf(answer.text);
  // A 429 says by itself that it passes; not all of them say when.
  const unsaid = answer.status === 429 ? 1 : Number.NaN;
  const seconds = Number(answer.retryAfter ?? body.details?.retryAfterSeconds ?? unsaid);
  return new MendflowError(codeOf(answer.status, body), `${what}: ${answer.status} ${inWords(body, answer.text)}`, {
    ...(Number.isFinite(seconds) ? { retryAfterMs: seconds * 1_000 } : {}),
  });
}

function codeOf(status: number, body: Status): ErrorCode {
  const message = body.message ?? '';
  switch (status) {
    case 401:
    case 403:
      return 'PERMISSION_DENIED';
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
    case 429: {
      const isBudget = body.details?.causes?.some((cause) => cause.reason === 'DisruptionBudget') ?? false;
      return isBudget ? 'EVICTION_BLOCKED' : 'RATE_LIMITED';
    }
    case 500:
      // Two budgets for one pod: the eviction API never allows it, so waiting is in vain.
      return /more than one PodDisruptionBudget/i.test(message) ? 'BUDGETS_CONFLICT' : 'CLUSTER_UNAVAILABLE';
    default:
      return status === 408 || status > 500 ? 'CLUSTER_UNAVAILABLE' : 'INTERNAL';
  }
}

/** `Precondition failed: UID in precondition: …`, in lower case. */
function namesUidPrecondition(message: string): boolean {
  const at = message.indexOf('precondition');
  return at !== -1 && /\buid\b/.test(message.slice(at));
}

function inWords(body: Status, text: string): string {
  const causes = body.details?.causes?.map((cause) => cause.message).filter(Boolean) ?? [];
  return [body.message ?? text.slice(0, 200), ...causes].join('; ').slice(0, 500);
}

function statusOf(text: string): Status {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    // A proxy in between answers with HTML or plain text; the status code still tells.
    return {};
  }
}
