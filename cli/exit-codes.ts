import type { ErrorCode } from '../domain/run/errors.ts';

/** What the exit code of a command says; stable, for scripts. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, denied: 3, timeout: 4 } as const;

const byError: Partial<Record<ErrorCode, number>> = {
  INVALID_CONFIG: exitCodes.usage,
  INVALID_REQUEST: exitCodes.usage,
  UNAUTHENTICATED: exitCodes.denied,
  PERMISSION_DENIED: exitCodes.denied,
  CREDENTIALS_REFUSED: exitCodes.denied,
  NOT_SIGNED: exitCodes.denied,
  API_TIMEOUT: exitCodes.timeout,
};

/** The exit code for an error of the catalogue. */
export const exitCodeOf = (code: ErrorCode): number => byError[code] ?? exitCodes.failed;
