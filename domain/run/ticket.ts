import type { Alert } from '../alert/alert.ts';
import type { PlannedStep } from '../policy/policy.ts';
import type { ObjectRef, Target } from '../target/target.ts';
import { digestOf, sameDigest } from '../text/digest.ts';
import { keyMissing, type SigningKeys, sign, signatureFault } from './signing.ts';

/** What an action may know of the alert. */
export type ActionAlert = Pick<Alert, 'alertname' | 'cluster' | 'fingerprint' | 'labels' | 'startsAt'>;

/** One act of one run: what a ticket allows, and nothing beside it. */
export interface TicketedAct {
  cluster: string;
  workflowId: string;
  runId: string;
  /** Of the step: one ticket is one act, however often it is repeated. */
  token: string;
  policy: string;
  step: PlannedStep;
  target: Pick<Target, 'namespace' | 'workload' | 'pod'>;
  alert: ActionAlert;
}

/** Who approved exactly this act, and until when that counts. */
export interface TicketApproval {
  /** Digest of the question that was answered. */
  question: string;
  who: string[];
  /** Unix ms. */
  untilMs: number;
}

/**
 * The hub's word that the guard granted this act, and that the people approved it whom it needs. The cluster worker acts
 * with it only. Plain JSON; times are Unix ms of Temporal's clock.
 */
export interface Ticket {
  cluster: string;
  workflowId: string;
  runId: string;
  token: string;
  policy: string;
  action: string;
  /** Digest of the whole step. */
  step: string;
  workload: ObjectRef;
  pod?: ObjectRef;
  /** Digest of what the action knows of the alert, labels among it. */
  alert: string;
  approval?: TicketApproval;
  notBeforeMs: number;
  expiresAtMs: number;
  /** `<key id>:<HMAC>` over everything above. */
  signature: string;
}

type Unsigned = Omit<Ticket, 'signature'>;

/** From when until when, and by whose approval. */
export type TicketTerms = Pick<Ticket, 'approval' | 'notBeforeMs' | 'expiresAtMs'>;

/** The ticket for an act; undefined without a key. An approval that ends earlier ends the ticket with it. */
export function signTicket(keys: SigningKeys, act: TicketedAct, terms: TicketTerms): Ticket | undefined {
  const { approval, notBeforeMs } = terms;
  const expiresAtMs = Math.min(terms.expiresAtMs, approval?.untilMs ?? Number.POSITIVE_INFINITY);
  const unsigned: Unsigned = { ...boundTo(act), ...(approval && { approval }), notBeforeMs, expiresAtMs };
  const signature = sign(keys, 'ticket', unsigned);
  return signature === undefined ? undefined : { ...unsigned, signature };
}

function boundTo({ cluster, workflowId, runId, token, policy, step, target, alert }: TicketedAct) {
  const { workload, pod } = target;
  return {
    ...{ cluster, workflowId, runId, token, policy, action: step.action, step: digestOf(step) },
    ...{ workload, ...(pod && { pod }), alert: digestOf(alert) },
  };
}

/** What each field of a ticket is called where it is another act's. */
const fields = {
  cluster: 'another cluster',
  workflowId: 'another run',
  runId: 'another run',
  token: 'another act of the run',
  policy: 'another policy',
  action: 'another action',
  step: 'other parameters of the step',
  workload: 'another workload',
  pod: 'another pod',
  alert: 'other labels of the alert',
} as const;

/**
 * Why the ticket does not allow the act, whatever the time is, or undefined when it does. The ticket may be of any shape.
 */
export function ticketFault(keys: SigningKeys, ticket: unknown, act: TicketedAct): string | undefined {
  if (keys.length === 0) return keyMissing;
  if (typeof ticket !== 'object' || ticket === null) return 'the act has no ticket';
  const { signature, ...content } = ticket as Record<string, unknown>;
  const fault = signatureFault(keys, { purpose: 'ticket', content }, signature);
  if (fault !== undefined) return `the ticket is not ours: ${fault}`;
  const wanted: Record<string, unknown> = boundTo(act);
  const names = Object.keys(fields) as (keyof typeof fields)[];
  const other = names.find((name) => !sameDigest(digestOf(content[name] ?? null), digestOf(wanted[name] ?? null)));
  return other && `the ticket is for ${fields[other]}`;
}

/** A ticket that the guard granted a moment ago by another server's clock is not from the future. */
const clockSlackMs = 60_000;

/** Why the ticket does not allow an act at this time of Temporal's clock, or undefined when it does. */
export function ticketOver({ notBeforeMs, expiresAtMs, approval }: Ticket, nowMs: number): string | undefined {
  if (nowMs < notBeforeMs - clockSlackMs) return `the permit begins at ${new Date(notBeforeMs).toISOString()}`;
  if (nowMs <= expiresAtMs) return undefined;
  const what = approval?.untilMs === expiresAtMs ? 'approval' : 'permit';
  return `the ${what} ended at ${new Date(expiresAtMs).toISOString()}`;
}
