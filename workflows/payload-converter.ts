import { DefaultPayloadConverter, type Payload } from '@temporalio/common';

/** Reads what cannot be read as nothing. */
class ForgivingPayloadConverter extends DefaultPayloadConverter {
  override fromPayload<T>(payload: Payload): T {
    try {
      return super.fromPayload<T>(payload);
    } catch {
      return undefined as T;
    }
  }
}

/**
 * Anybody who can write to Temporal can send a payload that is no JSON or has an encoding that nobody knows. Read as an
 * error it would fail the workflow's task for ever, before any handler sees it; handlers know what to do with nothing.
 */
export const payloadConverter = new ForgivingPayloadConverter();
