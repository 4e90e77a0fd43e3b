import type { Need } from '../domain/analysis/rights.ts';
import type { WatchedFault } from '../domain/faults/index.ts';
import type { ActionSpec } from '../domain/policy/action.ts';
import type { Kind } from './sightings.ts';

/** One collection that is followed. */
export interface Source {
  kind: Kind;
  /** As metrics and RBAC call it. */
  resource: string;
  /** Empty: the whole cluster. */
  namespace: string;
  path: string;
  query: Record<string, string>;
}

/** What is watched of a cluster. */
export interface Scope {
  faults: readonly WatchedFault[];
  /** None: all. */
  namespaces: readonly string[];
  selector?: string | undefined;
  nodeSelector?: string | undefined;
}

interface Collection {
  group: string;
  resource: string;
  /** Path of the group and version. */
  root: string;
}

const collections: Record<Kind, Collection> = {
  pod: { group: '', resource: 'pods', root: '/api/v1' },
  deployment: { group: 'apps', resource: 'deployments', root: '/apis/apps/v1' },
  job: { group: 'batch', resource: 'jobs', root: '/apis/batch/v1' },
  node: { group: '', resource: 'nodes', root: '/api/v1' },
};

const verbs = ['list', 'watch'];

/** Exactly what the watcher may need; without the classes about a kind it asks for nothing of that kind. */
export const watcherPermissions: ActionSpec['permissions'] = Object.values(collections).map(({ group, resource }) => ({
  ...{ apiGroups: [group], resources: [resource], verbs },
}));

/** The rights that following these collections needs, at the places where they are; deploy/rbac/watcher.yaml grants them. */
export const watcherNeeds = (sources: readonly Source[]): Need[] =>
  sources.flatMap(({ kind, resource, namespace }) =>
    verbs.map((verb) => ({ namespace, group: collections[kind].group, resource, verb, part: 'watcher' })),
  );

/** The collections that the classes need, one a namespace where namespaces are named. */
export function sourcesOf({ faults, namespaces, selector, nodeSelector }: Scope): Source[] {
  const kinds = new Set(faults.map(({ about }) => about));
  return [...kinds].flatMap((kind): Source[] => {
    const { resource, root } = collections[kind];
    const chosen = kind === 'node' ? nodeSelector : selector;
    const query = chosen === undefined ? {} : { labelSelector: chosen };
    const places = kind === 'node' || namespaces.length === 0 ? [''] : namespaces;
    return places.map((namespace) => {
      const within = namespace === '' ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
      return { kind, resource, namespace, path: `${root}${within}/${resource}`, query };
    });
  });
}
