import type { Node } from '../cluster-context.ts';
import type { Pod } from '../pod.ts';
import type { PodNeeds, PodTerm, Seat, SpreadRule, Taint, VolumeReach } from './needs.ts';
import { fitsAnyTerm, selects, tolerates } from './selectors.ts';

/** A pod that stays where it is. */
export type Neighbour = Pick<Pod, 'ref' | 'labels' | 'nodeName'>;

/** A pod that is to come, and what it may find. */
export interface Arrival {
  needs: PodNeeds;
  nodes: readonly Node[];
  /** The pods of its namespace that stay. */
  neighbours: readonly Neighbour[];
  seats: readonly Seat[];
  /** Its volumes; absent while they were not read: then only the nodes of its seats are known to reach them. */
  reaches?: readonly VolumeReach[];
}

/** Why a node does not take the pod, in a few words that count up: `cordoned`. Room on it is not asked. */
export type NodeJudge = (node: Node) => string | undefined;

const unschedulable: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
const keepsAway = ({ effect }: Taint) => effect === 'NoSchedule' || effect === 'NoExecute';

/**
 * The scheduler's own filters, over what was read: which nodes would take the pod if they had room. Nodes that are
 * cordoned or not Ready do not count; what cannot be judged is a no.
 */
export function nodeJudge(arrival: Arrival): NodeJudge {
  const { needs, seats } = arrival;
  const held = new Set(seats.map(({ node }) => node));
  const rules: NodeJudge[] = [
    ({ isReady }) => (isReady ? undefined : 'not Ready'),
    ({ isCordoned }) => (isCordoned && !tolerates(needs.tolerations, unschedulable) ? 'cordoned' : undefined),
    ({ taints = [] }) => {
      const taint = taints.find((one) => keepsAway(one) && !tolerates(needs.tolerations, one));
      return taint && `taint ${inWords(taint)} not tolerated`;
    },
    (node) => (isSelected(needs, node) ? undefined : 'node selector or node affinity does not fit'),
    (node) => volumeFault(node, held, arrival),
    ...needs.beside.map((term) => besideRule(term, arrival, held)),
    ...needs.apart.map((term) => apartRule(term, arrival, held)),
    ...needs.spread.map((rule) => spreadRule(rule, arrival)),
  ];
  return (node) => {
    for (const rule of rules) {
      const fault = rule(node);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
}

const inWords = ({ key, value, effect }: Taint) => `${key}${value ? `=${value}` : ''}:${effect}`;

const isSelected = ({ nodeSelector, nodeTerms }: PodNeeds, node: Node) =>
  selects({ matchLabels: nodeSelector }, node.labels) && (nodeTerms === undefined || fitsAnyTerm(nodeTerms, node));

function volumeFault(node: Node, held: ReadonlySet<string>, { needs, reaches }: Arrival): string | undefined {
  if (needs.claims.length === 0 || held.has(node.name)) return undefined;
  if (reaches === undefined) return 'its volumes were not looked at';
  const far = reaches.find(({ nodeTerms }) => nodeTerms !== undefined && !fitsAnyTerm(nodeTerms, node));
  return far && `volume of claim ${far.claim} cannot be reached`;
}

/** Values of the topology key where a pod that the term means is, each with how many. */
function domainsOf(term: Pick<PodTerm, 'selector' | 'topologyKey'>, { nodes, neighbours }: Arrival) {
  const domainOf = new Map(nodes.map(({ name, labels }) => [name, labels[term.topologyKey]]));
  const counts = new Map<string, number>();
  for (const { nodeName, labels } of neighbours) {
    const domain = nodeName === undefined ? undefined : domainOf.get(nodeName);
    if (domain !== undefined && selects(term.selector, labels)) counts.set(domain, (counts.get(domain) ?? 0) + 1);
  }
  return counts;
}

const staysHome = ({ namespaces }: PodTerm, namespace: string) =>
  namespaces?.every((name) => name === namespace) ?? false;

const elsewhere = 'pod affinity with other namespaces, which is not judged';

function besideRule(term: PodTerm, arrival: Arrival, held: ReadonlySet<string>): NodeJudge {
  const { needs } = arrival;
  if (!staysHome(term, needs.namespace)) return ({ name }) => (held.has(name) ? undefined : elsewhere);
  const domains = domainsOf(term, arrival);
  // The first pod of a group that wants to be together may be anywhere.
  const isFirst = domains.size === 0 && selects(term.selector, needs.labels);
  return ({ labels }) => {
    const domain = labels[term.topologyKey];
    if (domain !== undefined && (isFirst || domains.has(domain))) return undefined;
    return 'pod affinity does not fit';
  };
}

function apartRule(term: PodTerm, arrival: Arrival, held: ReadonlySet<string>): NodeJudge {
  if (!staysHome(term, arrival.needs.namespace)) return ({ name }) => (held.has(name) ? undefined : elsewhere);
  const domains = domainsOf(term, arrival);
  return ({ labels }) => (domains.has(labels[term.topologyKey] ?? '') ? 'pod anti-affinity does not fit' : undefined);
}

function spreadRule({ topologyKey, selector, maxSkew, minDomains = 1 }: SpreadRule, arrival: Arrival): NodeJudge {
  const { nodes, needs } = arrival;
  const counts = domainsOf({ topologyKey, selector }, arrival);
  const eligible = nodes.filter((node) => isSelected(needs, node)).flatMap(({ labels }) => labels[topologyKey] ?? []);
  const domains = [...new Set(eligible)];
  const fewest = domains.length < minDomains ? 0 : Math.min(...domains.map((domain) => counts.get(domain) ?? 0));
  const itself = selects(selector, needs.labels) ? 1 : 0;
  return ({ labels }) => {
    const domain = labels[topologyKey];
    if (domain === undefined) return `no label ${topologyKey} for its topology spread`;
    return (counts.get(domain) ?? 0) + itself - fewest > maxSkew ? 'topology spread does not fit' : undefined;
  };
}

/** `0 of 4 nodes fit: 3 cordoned, 1 not Ready`; at most five different causes. */
export function noNodeInWords(faults: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const fault of faults) counts.set(fault, (counts.get(fault) ?? 0) + 1);
  const most = [...counts].sort(([, one], [, other]) => other - one).slice(0, 5);
  const words = most.map(([fault, count]) => `${count} ${fault}`).join(', ');
  return `0 of ${faults.length} nodes fit${words === '' ? '' : `: ${words}`}`;
}
