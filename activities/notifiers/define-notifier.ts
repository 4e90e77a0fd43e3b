import type { Notification } from '../contract.ts';

/** A receiver of the configuration: whom a notifier tells. */
export interface Receiver {
  name: string;
  type: string;
  url: string;
  secret?: string | undefined;
  /** Told when a person is needed and no policy says who. */
  fallback: boolean;
  allowPrivateNetwork: boolean;
}

/** The request that a notifier wants sent; the transport adds limits, deadlines and the verdict on the answer. */
export interface OutgoingMessage {
  headers: Record<string, string>;
  body: string;
}

/** One file per notifier: how a notification looks to that kind of receiver. */
export interface Notifier {
  /** `type` of the receivers it serves; equals the file's name in camel case. */
  name: string;
  summary: string;
  /** Composes the message. `nowMs` is Unix ms. */
  compose(receiver: Receiver, notification: Notification, nowMs: number): OutgoingMessage;
}

export function defineNotifier(notifier: Notifier): Notifier {
  return notifier;
}
