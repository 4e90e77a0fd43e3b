import { amountInWords, exceeds } from '../amount.ts';
import type { Surroundings } from '../surroundings.ts';
import { workloadKey } from '../target.ts';
import { defineGuard } from './guard.ts';

const fewest = 2;

const nodesOf = ({ nodes }: Surroundings) => ({ total: nodes.total, unhealthy: nodes.notReady });

/** Where much is broken, taking more away makes it worse. */
export const maxUnhealthy = defineGuard({
  name: 'maxUnhealthy',
  statements: ['G4'],
  summary:
    'Denies, and asks a person once, when too many pods of the workload, its namespace or its zone are unhealthy.',
  reasons: ['tooManyUnhealthy'],
  settings: ['guards.maxUnhealthy'],
  judge: ({ request }) => {
    const { surroundings, settings, target } = request;
    const { zone, inZone, namespace, workload } = surroundings;
    const places = [
      { name: `workload/${workloadKey(target)}`, count: workload },
      { name: `namespace/${target.namespace}`, count: namespace },
      ...(target.workload.kind === 'Node' ? [{ name: 'the nodes', count: nodesOf(surroundings) }] : []),
      ...(inZone === undefined ? [] : [{ name: `zone/${zone}`, count: inZone }]),
    ];
    const broken = places.find(
      ({ count: { total, unhealthy } }) =>
        unhealthy >= fewest && exceeds(settings.maxUnhealthy, { part: unhealthy, total }),
    );
    if (broken === undefined) return undefined;
    const { unhealthy, total } = broken.count;
    return {
      kind: 'deny',
      reason: 'tooManyUnhealthy',
      detail: `${unhealthy} of ${total} ${broken.name === 'the nodes' ? 'nodes' : `pods of ${broken.name}`} are unhealthy; at most ${amountInWords(settings.maxUnhealthy)} may be`,
      incident: `maxUnhealthy/${broken.name}`,
    };
  },
});
