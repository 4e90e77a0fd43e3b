import type { Node } from '../cluster-context.ts';
import { parseQuantity } from '../quantity.ts';
import type { Amounts, Occupant, PodNeeds, Seat } from './needs.ts';
import { selects } from './selectors.ts';

/** Rounding of decimal fractions such as 0.1 + 0.2 cores must not refuse a pod that just fits. */
export const roundingSlack = 0.001;

/** True when the seat is as large as what the pod asks for, so that nothing else on the node has to be counted. */
export const seatSuffices = ({ requests }: Seat, needs: PodNeeds): boolean =>
  Object.entries(needs.requests).every(([resource, amount]) => amount <= (requests[resource] ?? 0) + roundingSlack);

/** Why the node has no room for the pod beside those that stay, in a few words; undefined when it has. */
export function roomFault(
  node: Pick<Node, 'name' | 'allocatable'>,
  occupants: readonly Occupant[],
  needs: PodNeeds,
): string | undefined {
  const port = needs.hostPorts.find((wanted) => occupants.some(({ hostPorts }) => hostPorts.includes(wanted)));
  if (port !== undefined) return `host port ${port} taken`;
  if (occupants.some((occupant) => keepsApart(occupant, needs))) return 'pod anti-affinity of a pod that is there';
  const { allocatable } = node;
  if (allocatable === undefined) return undefined;
  if (allocatable.pods !== undefined && occupants.length + 1 > allocatable.pods) return 'too many pods';
  const short = Object.entries(needs.requests).find(([resource, amount]) => {
    const taken = occupants.reduce((sum, { requests }) => sum + (requests[resource] ?? 0), 0);
    return amount > 0 && taken + amount > (allocatable[resource] ?? 0) + roundingSlack;
  });
  return short && `too little ${short[0]} free for ${amountInWords(short)}`;
}

/** Pods on one node are together by whatever topology key. */
const keepsApart = ({ namespace, apart }: Occupant, needs: PodNeeds) =>
  apart.some(
    ({ selector, namespaces = [needs.namespace, namespace] }) =>
      namespaces.includes(needs.namespace) && selects(selector, needs.labels),
  );

const mebibyte = 1024 ** 2;

function amountInWords([resource, amount]: [string, number]): string {
  if (resource === 'cpu') return `${Math.round(amount * 1_000)}m`;
  return resource === 'memory' || resource === 'ephemeral-storage' ? `${Math.ceil(amount / mebibyte)}Mi` : `${amount}`;
}

/**
 * Amounts from quantities as they are written. What cannot be read counts as endless: no node has room for such a request.
 * Whoever reads a limit must check that it is finite.
 */
export function amountsOf(quantities: Readonly<Record<string, string | number>> = {}): Amounts {
  return Object.fromEntries(
    Object.entries(quantities).map(([resource, text]) => [resource, amountOf(`${text}`) ?? Number.POSITIVE_INFINITY]),
  );
}

const exa: Readonly<Record<string, number>> = { E: 1e18, Ei: 1024 ** 6, u: 1e-6, n: 1e-9 };

function amountOf(text: string): number | undefined {
  const plain = parseQuantity(text);
  if (plain !== undefined) return plain;
  // The API server rewrites most quantities; what is left are very large, very small and exponents.
  const [, number, unit = ''] = /^(\d{1,15}(?:\.\d{1,9})?)(E|Ei|u|n|[eE]\d{1,2})$/.exec(text) ?? [];
  if (number === undefined) return undefined;
  return exa[unit] === undefined ? Number(`${number}${unit}`) : Number(number) * exa[unit];
}

/** What a container asks for, and whether it starts before the others and stays. */
export interface ContainerRequests {
  requests: Amounts;
  kind: 'app' | 'init' | 'sidecar';
}

/**
 * What a whole pod asks for, as the scheduler counts it: its containers and sidecars together, or the largest init
 * container beside the sidecars started before it, whichever is more; and the overhead of its runtime.
 */
export function podRequests(
  containers: readonly ContainerRequests[],
  { ofPod = {}, overhead = {} }: { ofPod?: Amounts; overhead?: Amounts } = {},
): Amounts {
  const total: Amounts = {};
  const sidecars: Amounts = {};
  let highest: Amounts = {};
  for (const { requests, kind } of containers) {
    if (kind === 'init') highest = larger(highest, sum(sidecars, requests));
    else Object.assign(total, sum(total, requests));
    if (kind === 'sidecar') Object.assign(sidecars, sum(sidecars, requests));
  }
  return sum({ ...larger(total, highest), ...ofPod }, overhead);
}

const combined = (one: Amounts, other: Amounts, how: (a: number, b: number) => number): Amounts =>
  Object.fromEntries(
    [...new Set([...Object.keys(one), ...Object.keys(other)])].map((key) => [key, how(one[key] ?? 0, other[key] ?? 0)]),
  );

const sum = (one: Amounts, other: Amounts) => combined(one, other, (a, b) => a + b);
const larger = (one: Amounts, other: Amounts) => combined(one, other, Math.max);
