import { isObject, listOf, object, optional, type Shape, text } from '../text/shapes.ts';
import type { Conversation } from './records.ts';

/** A run's word that it needs a person for a workload, or, with `isOver`, that it needs nobody any more. */
export interface ConversationReport {
  key: 'conversation';
  /** Of the run. */
  workflowId: string;
  /** `namespace/Kind/name` of the top owner. */
  workload: string;
  policy?: string;
  /** Actions that it took and that did not help. */
  tried: string[];
  /** The action at which it stopped, because a person must decide now. */
  stoppedAt?: string;
  /** A run that was asked for before and has ended without a word. */
  instead?: string;
  isOver?: true;
}

/** Characters of JSON: about 200 conversations with names as clusters give them. */
const charactersKept = 60_000;
/** Nobody talks about it any more: the run that did was ended in Temporal. */
const keptMs = 14 * 86_400_000;

const shape: Shape = object({
  workflowId: text(255),
  workload: text(400),
  policy: optional(text(253)),
  tried: listOf(text(40), 5),
  stoppedAt: optional(text(40)),
  instead: optional(text(255)),
});

/** True for what claims to be such a report. */
export const isConversationReport = (value: unknown): boolean => isObject(value) && value.key === 'conversation';

/** What is wrong with the report; undefined for a good one. */
export const faultOfConversation = (value: unknown): string | undefined => shape(value);

/** Who speaks to people about the workload once the report was heard: the run that came first, for as long as it is there. */
export function ownerAfter(conversations: readonly Conversation[], report: ConversationReport): string {
  const known = conversations.find(({ workload }) => workload === report.workload);
  if (known === undefined || known.speaker === report.instead) return report.workflowId;
  return known.speaker;
}

/** The conversations after the report; one that another run leads is left as it is. */
export function withConversation(
  conversations: readonly Conversation[],
  report: ConversationReport,
  nowMs: number,
): Conversation[] {
  const { workload, workflowId: speaker, policy, tried, stoppedAt } = report;
  if (ownerAfter(conversations, report) !== speaker) return [...conversations];
  const known = conversations.find((other) => other.workload === workload);
  const others = conversations.filter((other) => other !== known);
  if (report.isOver) return others;
  const sinceMs = known?.speaker === speaker ? known.sinceMs : nowMs;
  const words = {
    ...(policy === undefined ? {} : { policy }),
    tried,
    ...(stoppedAt === undefined ? {} : { stoppedAt }),
  };
  return withinBounds([...others, { workload, speaker, ...words, sinceMs }]);
}

/** The newest that fit. */
function withinBounds(conversations: readonly Conversation[]): Conversation[] {
  let left = charactersKept;
  const from = conversations.findLastIndex((conversation) => {
    left -= JSON.stringify(conversation).length + 1;
    return left < 0;
  });
  return conversations.slice(from + 1);
}

/** The workload was reset by a person: its steps may be tried again. Who asks a person about it stays the same. */
export const withoutTries = (conversations: readonly Conversation[], workload: string): Conversation[] =>
  conversations.map((known) => {
    if (known.workload !== workload) return known;
    const { policy: _policy, stoppedAt: _stoppedAt, ...other } = known;
    return { ...other, tried: [] };
  });

/** Those that may still be open. */
export const openConversations = (conversations: readonly Conversation[], nowMs: number): Conversation[] =>
  conversations.filter(({ sinceMs }) => sinceMs > nowMs - keptMs);
