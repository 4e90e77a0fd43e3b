import { type ErrorCode, errors, MendflowError } from '../../domain/run/errors.ts';

/** What doctor says of one thing. */
export interface Finding {
  check: string;
  status: 'ok' | 'warning' | 'failed' | 'skipped';
  detail: string;
  /** What to do about it; absent where nothing is to be done. */
  fix?: string;
}

/** What one examination found; its name is added. */
export type Found = Omit<Finding, 'check'>;

/** One thing that is looked at. What it throws is a failure. */
export interface Examination {
  name: string;
  /** The examination that must not have failed for this one to make sense. */
  needs?: string;
  look(): Promise<Found>;
}

export const ok = (detail: string): Found => ({ status: 'ok', detail });
export const warning = (detail: string, fix?: string): Found => ({ status: 'warning', detail, ...(fix && { fix }) });
export const failed = (detail: string, fix: string): Found => ({ status: 'failed', detail, fix });
export const skipped = (detail: string): Found => ({ status: 'skipped', detail });

const longestMs = 30_000;

/** The finding of one examination; it never throws, and never takes longer than half a minute. */
export async function examine({ name, look }: Examination): Promise<Finding> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<Found>((resolve) => {
    const found = failed(
      `no answer within ${longestMs / 1_000} s`,
      'Check whether a firewall or proxy drops the packets.',
    );
    timer = setTimeout(() => resolve(found), longestMs);
  });
  try {
    return { check: name, ...(await Promise.race([look(), tooLong])) };
  } catch (error) {
    const code: ErrorCode = error instanceof MendflowError ? error.code : 'INTERNAL';
    return { check: name, ...failed(error instanceof Error ? error.message : String(error), errors[code].fix) };
  } finally {
    clearTimeout(timer);
  }
}
