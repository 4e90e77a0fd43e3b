import { digestOf, sameDigest } from '../text/digest.ts';
import type { HumanMessage } from './contract.ts';
import { type SigningKeys, sign, signatureFault } from './signing.ts';
import type { TicketApproval, TicketedAct } from './ticket.ts';

/** A signed approval older than this is not taken: a copy of it is worth nothing later. */
const validForMs = 300_000;

/** What an approval's signature covers. */
const signedPart = (workflowId: string, { id, who, at, digest }: HumanMessage) => ({ workflowId, id, who, at, digest });

/**
 * The api's word that a person it knows approved exactly this, over run, question, person, message and time. Whoever can
 * write to Temporal but lacks the key cannot approve. Undefined without a key.
 */
export function signApproval(keys: SigningKeys, workflowId: string, message: HumanMessage): string | undefined {
  return sign(keys, 'approval', signedPart(workflowId, message));
}

/** Why an approval is not genuine, or undefined when it is. Without a key nothing is: silence means no. */
export function forgery(
  keys: SigningKeys,
  workflowId: string,
  message: HumanMessage,
  nowMs: number,
): string | undefined {
  const fault = approvalFault(keys, workflowId, message);
  if (fault !== undefined) return fault;
  const ageMs = Math.abs(nowMs - Date.parse(message.at));
  return ageMs <= validForMs ? undefined : 'its signature is too old';
}

/** The same of an approval that was taken in time, whatever the time is now. */
export function approvalFault(keys: SigningKeys, workflowId: string, message: HumanMessage): string | undefined {
  return signatureFault(keys, { purpose: 'approval', content: signedPart(workflowId, message) }, message.signature);
}

/** What a question is about: one step on one object, for one alert. */
export type AskedAct = Pick<TicketedAct, 'workflowId' | 'runId' | 'policy' | 'step' | 'target' | 'alert'>;

/** When it was asked, until when it may be answered and acted on (RFC 3339 UTC), and by how many people. */
export interface QuestionTerms {
  askedAt: string;
  expiresAt: string;
  approvalsNeeded: number;
}

/** A question as it was asked, and the signed answers that said yes. */
export interface ApprovalProof extends QuestionTerms {
  answers: HumanMessage[];
}

/** What an answer must carry: another object, other parameters, labels or times make another question. */
export function questionDigest(act: AskedAct, { askedAt, expiresAt, approvalsNeeded }: QuestionTerms): string {
  const { workflowId, runId, policy, step, target, alert } = act;
  const { action, params } = step;
  const { uid } = target.pod ?? target.workload;
  const about = { workflowId, runId, policy, uid, action, params, alert: digestOf(alert) };
  return digestOf({ ...about, askedAt, expiresAt, approvalsNeeded });
}

/** The approval that the signed answers amount to; undefined unless enough people said yes to exactly this, in time. */
export function approvalBy(keys: SigningKeys, act: AskedAct, proof: ApprovalProof): TicketApproval | undefined {
  const { answers, expiresAt, approvalsNeeded } = proof;
  const question = questionDigest(act, proof);
  const untilMs = Date.parse(expiresAt);
  const genuine = answers.filter(
    (answer) =>
      sameDigest(answer.digest ?? '', question) &&
      approvalFault(keys, act.workflowId, answer) === undefined &&
      Date.parse(answer.at) <= untilMs,
  );
  const who = [...new Set(genuine.map((answer) => answer.who))];
  return who.length >= Math.max(1, approvalsNeeded) ? { question, who, untilMs } : undefined;
}
