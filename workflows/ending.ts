import type { Reason } from '../domain/reasons.ts';

/** How a run comes to its end, before it is written down. */
export type Ending =
  | { kind: 'remediated'; by: string; tookMs: number }
  | { kind: 'recovered'; reason: Reason; detail: string }
  | { kind: 'notActionable'; reason: Reason; detail: string }
  | { kind: 'denied'; reason: Reason; detail: string }
  | { kind: 'merged'; holder: string }
  /** Automation stops here; a person is asked. */
  | { kind: 'needsPerson'; reason: Reason; detail: string }
  | { kind: 'escalated'; reason: Reason; detail: string }
  | { kind: 'aborted'; reason: Reason; detail: string }
  | { kind: 'failed'; reason: Reason; detail: string };

/** An ending that needs nobody any more. */
export type Closing = Exclude<Ending, { kind: 'needsPerson' }>;
