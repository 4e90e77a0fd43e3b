import { amountInWords, exceeds } from '../../policy/amount.ts';
import { type PodCount, type Surroundings, unhealthyNodes } from '../../target/cluster-context.ts';
import { workloadKey } from '../../target/target.ts';
import type { PermitRequest } from '../permit.ts';
import { defineRule, type RuleInput } from './rule.ts';

const fewest = 2;

/** A place in which more is unhealthy than the policy bears. */
export interface BrokenPlace {
  /** `workload/shop/Deployment/cart`, `namespace/shop`, `the nodes`, `zone/a`. */
  name: string;
  count: PodCount;
  /** It is the workload itself. */
  isOwn: boolean;
}

const nodesOf = ({ nodes }: Surroundings) => ({ total: nodes.total, unhealthy: unhealthyNodes(nodes) });

/** Where too much is unhealthy to take more away: the workload, its namespace, the nodes or its zone; undefined: nowhere. */
export function brokenPlace({
  surroundings,
  settings,
  target,
}: Pick<PermitRequest, 'surroundings' | 'settings' | 'target'>): BrokenPlace | undefined {
  const { zone, inZone, namespace, workload } = surroundings;
  const places = [
    { name: `workload/${workloadKey(target)}`, count: workload, isOwn: true },
    { name: `namespace/${target.namespace}`, count: namespace, isOwn: false },
    ...(target.workload.kind === 'Node' ? [{ name: 'the nodes', count: nodesOf(surroundings), isOwn: false }] : []),
    ...(inZone === undefined ? [] : [{ name: `zone/${zone}`, count: inZone, isOwn: false }]),
  ];
  return places.find(
    ({ count: { total, unhealthy } }) =>
      unhealthy >= fewest && exceeds(settings.maxUnhealthy, { part: unhealthy, total }),
  );
}

/** Where much is broken, taking more away makes it worse; what changes the cause may still help. */
export const maxUnhealthy = defineRule({
  name: 'maxUnhealthy',
  statements: ['G4'],
  summary:
    'Denies a step that takes a pod or a node away when too many pods of the workload, its namespace or its zone, or too many nodes, are unhealthy; any other step then needs the approval of a person, who is asked once for each such place.',
  reasons: ['tooManyUnhealthy'],
  settings: ['guards.maxUnhealthy'],
  judge: (input) => {
    const { request } = input;
    const broken = brokenPlace(request);
    if (broken === undefined || isOffered(input, broken)) return undefined;
    const { unhealthy, total } = broken.count;
    const { maxUnhealthy: most } = request.settings;
    return {
      kind: 'deny',
      reason: 'tooManyUnhealthy',
      detail: `${unhealthy} of ${total} ${broken.name === 'the nodes' ? 'nodes' : `pods of ${broken.name}`} are unhealthy; at most ${amountInWords(most)} may be`,
      incident: incidentOf(broken),
    };
  },
});

const incidentOf = ({ name }: BrokenPlace) => `maxUnhealthy/${name}`;

/**
 * A step that takes nothing away is a question to a person: a rollback or a higher limit may be the cure. In a place that
 * many workloads share only the run that speaks about it asks.
 */
function isOffered({ state, request }: RuleInput, place: BrokenPlace): boolean {
  const { step, asksPerson, renews, workflowId } = request;
  if (step.takesPodAway || step.takesNodeAway) return false;
  if (renews !== undefined) return true;
  if (!asksPerson) return false;
  const known = state.incidents.find(({ key }) => key === incidentOf(place));
  return place.isOwn || known === undefined || known.speaker === workflowId;
}
