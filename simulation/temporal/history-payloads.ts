import { ApplicationFailure, CancelledFailure, TimeoutFailure } from '@temporalio/common';

/** Attributes of an event, as protobuf's JSON has them. */
export type Attributes = Record<string, unknown>;

const base64 = (text: string) => Buffer.from(text).toString('base64');
const json = { encoding: base64('json/plain') };

/** A value as Temporal's default converter writes it. */
export const payload = (value: unknown) =>
  value === undefined || value === null
    ? { metadata: { encoding: base64('binary/null') } }
    : { metadata: json, data: base64(JSON.stringify(value)) };
export const payloads = (...values: unknown[]) => ({ payloads: values.map(payload) });
/** A duration. */
export const seconds = (ms: number) => `${ms / 1_000}s`;

/** Keyword search attributes. */
export function fields(pairs: Readonly<Record<string, unknown>>): Attributes {
  const metadata = { ...json, type: base64('Keyword') };
  const keyword = (value: unknown) => ({ metadata, data: base64(JSON.stringify(value)) });
  return Object.fromEntries(Object.entries(pairs).map(([name, value]) => [name, keyword(value)]));
}

/** A failure as the SDK writes it. */
export function failureOf(error: unknown): Attributes {
  const about = { message: error instanceof Error ? error.message : String(error), source: 'TypeScriptSDK' };
  if (error instanceof CancelledFailure) return { ...about, canceledFailureInfo: {} };
  if (error instanceof TimeoutFailure)
    return { ...about, timeoutFailureInfo: { timeoutType: `TIMEOUT_TYPE_${error.timeoutType}` } };
  if (error instanceof ApplicationFailure)
    return {
      ...about,
      applicationFailureInfo: { type: error.type ?? 'Error', nonRetryable: error.nonRetryable ?? false },
    };
  return { ...about, applicationFailureInfo: { type: 'Error', nonRetryable: false } };
}
