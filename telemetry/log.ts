import { type DestinationStream, type LogFn, type Logger, pino, stdSerializers, stdTimeFunctions } from 'pino';
import { safeDocument, safeText } from '../domain/text/plain-text.ts';

/** Fields of a log line beside level, time, name and msg; a line uses these names and no others. */
export interface LogFields {
  /** The error thrown; written with type, message and stack. */
  err?: unknown;
  /** Code of the error catalogue. */
  code?: string;
  /** Workflow and run of a remediation. */
  workflowId?: string;
  runId?: string;
  alertname?: string;
  fingerprint?: string;
  cluster?: string;
  namespace?: string;
  workload?: string;
  pod?: string;
  policy?: string;
  action?: string;
  outcome?: string;
  /** Reason code of domain/run/reasons.ts. */
  reason?: string;
  receiver?: string;
  /** Who delivered: the name of the intake token. */
  sender?: string;
  /** Who answered. */
  who?: string;
  requestId?: string;
  method?: string;
  route?: string;
  status?: number;
  durationMs?: number;
  /** How many, of what the message names. */
  count?: number;
  file?: string;
  address?: string;
  detail?: string;
}

const secretKeys = ['authorization', 'token', 'tokens', 'intakeTokens', 'apiKey', 'secret', 'password', 'cookie'];
const redact = {
  paths: secretKeys.flatMap((key) => [key, `*.${key}`, `*.*.${key}`, `*.*.*.${key}`]),
  censor: '(hidden)',
};

const longestMessage = 4_096;

/** Names, labels and messages come from outside: secrets in them are redacted, as everywhere else. */
const safeStrings = (fields: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(fields).map(([key, value]) =>
      typeof value === 'string' ? [key, safeDocument({ [key]: value })[key]] : [key, value],
    ),
  );

/** Only what says what failed: other fields of an error, as those of gRPC, may be secret, large, or no JSON at all. */
const safeError = (error: Error) => {
  const { type, message, stack, code } = stdSerializers.err(error);
  return {
    ...{ type, message: safeText(message ?? '', longestMessage), stack: safeText(stack ?? '', longestMessage) },
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
  };
};

/**
 * The logger of a part: JSON lines, RFC 3339 UTC times, level as a word, values under secret keys hidden, texts without
 * secrets and control characters.
 */
export function createLogger(settings: { level: string; name: string }, destination?: DestinationStream): Logger {
  const options = {
    ...settings,
    base: { name: settings.name },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }), log: safeStrings },
    serializers: { err: safeError },
    hooks: {
      logMethod(this: Logger, given: Parameters<LogFn>, write: LogFn) {
        const safe = given.map((part: unknown) => (typeof part === 'string' ? safeText(part, longestMessage) : part));
        write.apply(this, safe as Parameters<LogFn>);
      },
    },
    redact,
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

export type { Logger };
