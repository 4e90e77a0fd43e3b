import { describe, expect, it } from '@jest/globals';
import { ApplicationFailure, CancelledFailure } from '@temporalio/activity';
import { withErrorBoundary } from '../../activities/error-boundary.ts';
import { type ErrorCode, errors, MendflowError } from '../../domain/run/errors.ts';

const failureOf = (thrown: unknown) =>
  withErrorBoundary({
    fail: async () => {
      throw thrown;
    },
  })
    .fail()
    .catch((failure: unknown) => failure);

describe('the error boundary', () => {
  it.each(Object.keys(errors) as ErrorCode[])(
    'gives %s its name as type, and retries what the catalogue says',
    async (code) => {
      const failure = await failureOf(new MendflowError(code, 'what and where'));
      expect(failure).toBeInstanceOf(ApplicationFailure);
      expect(failure).toMatchObject({ type: code, message: 'what and where', nonRetryable: !errors[code].retry });
    },
  );

  it('waits as long as the other side asked', async () => {
    expect(await failureOf(new MendflowError('RATE_LIMITED', 'slow down', { retryAfterMs: 3_000 }))).toMatchObject({
      ...{ nextRetryDelay: 3_000, details: [{ retryAfterMs: 3_000 }] },
    });
  });

  it('takes anything else for a fault of ours, and does not repeat it', async () => {
    expect(await failureOf(new TypeError('x is undefined'))).toMatchObject({ type: 'INTERNAL', nonRetryable: true });
  });

  it('lets cancellation through', async () => {
    const cancelled = new CancelledFailure('stop');
    expect(await failureOf(cancelled)).toBe(cancelled);
  });

  it('hands results through', async () => {
    expect(await withErrorBoundary({ add: async (a: number, b: number) => a + b }).add(1, 2)).toBe(3);
  });
});
