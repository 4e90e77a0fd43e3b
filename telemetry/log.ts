import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';

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
  /** Reason code of domain/reasons.ts. */
  reason?: string;
  receiver?: string;
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

/** The logger of a part: JSON lines, RFC 3339 UTC times, level as a word, values under secret keys hidden. */
export function createLogger(settings: { level: string; name: string }, destination?: DestinationStream): Logger {
  const options = {
    ...settings,
    base: { name: settings.name },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact,
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

export type { Logger };
