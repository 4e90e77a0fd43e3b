import type { Notification } from '../contract.ts';

/** A receiver of the configuration: whom a notifier tells. */
export interface Receiver {
  name: string;
  type: string;
  url: string;
  secret?: string | undefined;
  /** Where in the service, such as a chat's channel. */
  channel?: string | undefined;
  /** Told when a person is needed and no policy says who. */
  fallback: boolean;
  allowPrivateNetwork: boolean;
}

/** The request that a notifier wants sent; the transport adds limits, deadlines and the verdict on the answer. */
export interface OutgoingMessage {
  /** POST where it is left out. */
  method?: 'POST' | 'PATCH';
  /** The receiver's own where it is left out. */
  url?: string;
  headers: Record<string, string>;
  body: string;
}

/** What a message may depend on beside the notification. */
export interface ComposeContext {
  /** Unix ms. */
  nowMs: number;
  /** The message in the receiver by which it first heard of this run; absent before, and where messages have no name. */
  reference?: string;
}

/** What an answer of 2xx says: services exist that refuse with 200. */
export type Receipt = { kind: 'delivered'; reference?: string } | { kind: 'rejected' | 'unavailable'; why: string };

/** One file per notifier: how a notification looks to that kind of receiver. */
export interface Notifier {
  /** `type` of the receivers it serves; equals the file's name in camel case. */
  name: string;
  summary: string;
  /** Composes the message. */
  compose(receiver: Receiver, notification: Notification, context: ComposeContext): OutgoingMessage;
  /** Reads an answer of 2xx, which may be cut or no JSON; left out where the status says it all. */
  receiptOf?(answer: string): Receipt;
}

export function defineNotifier(notifier: Notifier): Notifier {
  return notifier;
}
