import type { z } from 'zod';
import type { Node } from '../../target/cluster-context.ts';
import type { Pod } from '../../target/pod.ts';
import type { Workload } from '../../target/workload.ts';

/** What live reads showed, moments ago: the pod, the workload that owns it, the node that it is on. */
export interface Sight {
  pod: Pod;
  workload: Workload;
  node: Node;
}
/** What a check can be about. */
export type Subject = keyof Sight;

/** `unproven`: it may be so, but what can be known does not say it; for an act that counts as no. */
export type Judgement<Evidence = string> =
  | { kind: 'holds'; evidence: Evidence }
  | { kind: 'fails' | 'unproven'; why: string };

/** What keeps a check from ever being judged, though its shape is right. */
export interface CheckFault {
  /** Field within the check. */
  field: string;
  message: string;
  /** What to write instead. */
  fix: string;
}

/** One kind of check with its manual: one item of a policy's `verify` has its name as the only key. */
export interface CheckKind<Name extends string = string, Params extends z.ZodObject = z.ZodObject> {
  name: Name;
  /** One sentence: when it holds. */
  summary: string;
  params: Params;
  /** What must be read for it. */
  needs(params: z.output<Params>): readonly Subject[];
  /** What it asks for, as a person would say it. */
  words(params: z.output<Params>): string;
  faults?(params: z.output<Params>): readonly CheckFault[];
}

/** A check that is judged on live status of one subject. Pure. */
export interface StatusCheck<
  Name extends string = string,
  Params extends z.ZodObject = z.ZodObject,
  About extends Subject = Subject,
> extends CheckKind<Name, Params> {
  about: About;
  judge(params: z.output<Params>, subject: Sight[About], nowMs: number): Judgement;
}

/** Declares a check that is judged on live status. */
export const defineStatusCheck = <Name extends string, Params extends z.ZodObject, About extends Subject>(
  kind: Omit<StatusCheck<Name, Params, About>, 'needs'>,
): StatusCheck<Name, Params, About> => ({
  ...kind,
  // Which node it is, the pod says.
  needs: () => (kind.about === 'node' ? ['pod', 'node'] : [kind.about]),
});

/** It is so, with the evidence in words. */
export const holds = (evidence: string): Judgement => ({ kind: 'holds', evidence });
/** It is not so, and what was seen instead. */
export const fails = (why: string): Judgement => ({ kind: 'fails', why });
/** It cannot be known, and why. */
export const unproven = (why: string): Judgement => ({ kind: 'unproven', why });
