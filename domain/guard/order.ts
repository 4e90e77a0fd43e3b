import { type SigningKeys, sign, signatureFault } from '../run/signing.ts';

/** What makes a guard less careful, and so must be a person's word: the api signs it. A pause needs no signature. */
export type GuardOrderKind = 'resume' | 'reset';

/** Who says it, when (RFC 3339 UTC) and why. */
interface Order {
  /** `resume`: of the pause. `reset`: of the order itself; the guard obeys each once. */
  id: string;
  who: string;
  why: string;
  at: string;
  signature?: string;
}
export type ResumeOrder = Order;
export interface ResetOrder extends Order {
  workload: string;
}

/** An order may wait this long for a worker of the hub; a copy of an older one is worth nothing. */
const validForMs = 3_600_000;

/** The order with the api's signature; as it is where there is no key. */
export function signOrder<Kind extends GuardOrderKind, Given extends Order>(
  keys: SigningKeys,
  { cluster, kind }: { cluster: string; kind: Kind },
  order: Given,
): Given {
  const signature = sign(keys, kind, { cluster, ...order, signature: undefined });
  return signature === undefined ? order : { ...order, signature };
}

/** Why the guard must not obey, or undefined when it may. The order may be of any shape. */
export function orderFault(
  keys: SigningKeys,
  { cluster, kind, order }: { cluster: string; kind: GuardOrderKind; order: unknown },
  nowMs: number,
): string | undefined {
  if (typeof order !== 'object' || order === null) return 'it is empty';
  const { signature, ...content } = order as Record<string, unknown>;
  const wanted = ['id', 'who', 'why', 'at', ...(kind === 'reset' ? ['workload'] : [])];
  const missing = wanted.find((name) => typeof content[name] !== 'string');
  if (missing !== undefined) return `it has no ${missing}`;
  const fault = signatureFault(keys, { purpose: kind, content: { cluster, ...content } }, signature);
  if (fault !== undefined) return fault;
  const ageMs = Math.abs(nowMs - Date.parse(String(content.at)));
  return ageMs <= validForMs ? undefined : 'its signature is too old';
}
