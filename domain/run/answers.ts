import type { RunStatus } from './status.ts';

/** What a person can answer a run; the verb as API and command line write it. */
export interface Answer {
  verb: 'approve' | 'reject' | 'acknowledge' | 'retry' | 'abort' | 'take-over';
  /** The question that a yes or no is given to. */
  digest?: string;
}

/** The answers that a run takes now, the likeliest first; none once it has ended. */
export function answersTo({
  question,
  phase,
  acknowledgedBy,
}: Pick<RunStatus, 'question' | 'phase' | 'acknowledgedBy'>): Answer[] {
  if (question !== undefined) {
    const { digest } = question;
    return [
      { verb: 'approve', digest },
      { verb: 'reject', digest },
    ];
  }
  if (phase === 'Closed') return [];
  const toAcknowledge = phase === 'Escalated' && !acknowledgedBy ? [{ verb: 'acknowledge' } as const] : [];
  const toRetry = phase === 'Escalated' ? [{ verb: 'retry' } as const] : [];
  return [...toAcknowledge, ...toRetry, { verb: 'abort' }, { verb: 'take-over' }];
}
