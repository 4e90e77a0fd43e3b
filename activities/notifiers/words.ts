import { resultInWords } from '../../domain/run/outcome.ts';
import { type Reason, reasons } from '../../domain/run/reasons.ts';
import { workloadKey } from '../../domain/target/target.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import type { Notification } from '../contract.ts';

/** A notification in words that chats, pagers and mails share: what happened first, ids last. Plain text throughout. */
export interface Words {
  title: string;
  /** The policy's own words for this level. */
  message?: string;
  /** Label and text, in the order in which they are read. */
  facts: [label: string, text: string][];
  /** Commands that answer it; none where nothing is asked. */
  answer: readonly string[];
}

const heads: Record<Notification['kind'], string> = {
  approvalNeeded: 'Approval needed',
  escalation: 'A person is needed',
  update: 'Update',
  closed: 'Closed',
  storm: 'Many workloads alert at once',
};

export function wordsOf({ kind, summary, message, reason, report, answer, omitted, workflowId }: Notification): Words {
  const { target, policy, steps = [], alertname } = report ?? {};
  const facts: Words['facts'] = [
    ...fact('Why', reason && inWords(reason)),
    ...fact('Workload', target && `${workloadKey(target)} in ${target.cluster}`),
    ...fact('Done so far', steps.map((step) => `${step.summary}: ${resultInWords(step)}`).join('\n')),
    ...fact('Shown by', report?.evidence?.events.slice(-3).join('\n')),
    ...fact('Alert', alertname),
    ...fact('Policy', policy),
    ...fact('Waited for a person', waited(report?.segments.awaitingApprovalMs)),
    ...fact('Left out', omitted?.join(', ')),
    ...fact('Run', workflowId),
  ];
  return { title: `${heads[kind]}: ${summary}`, ...(message && { message }), facts, answer };
}

const fact = (label: string, text: string | undefined): Words['facts'] =>
  text === undefined || text === '' ? [] : [[label, text]];

const inWords = (reason: Reason) => `${reasons[reason]} (${reason})`;

const waited = (ms: number | undefined) => (ms === undefined || ms < 1_000 ? undefined : formatDuration(ms));

/** The words as lines of plain text, for a receiver that knows no form. */
export function linesOf({ message, facts, answer }: Words): string[] {
  return [
    ...(message === undefined ? [] : [message, '']),
    ...facts.map(([label, text]) => `${label}: ${text}`),
    ...(answer.length === 0 ? [] : ['', 'Answer with:', ...answer]),
  ];
}

/** True where the receiver must hear a sound; the other kinds change what it knows already. */
export const callsForAttention = ({ kind }: Pick<Notification, 'kind'>): boolean =>
  kind !== 'update' && kind !== 'closed';

/** JSON as most services take it. */
export const asJson = (headers: Record<string, string>, body: object) => ({
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(body),
});

/** The object that an answer is in JSON; undefined for anything else. */
export function objectIn(answer: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(answer);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
