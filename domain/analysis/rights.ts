import type { Permission } from '../policy/action.ts';
import type { PolicyMode } from '../policy/mode.ts';
import type { Policy } from '../policy/policy.ts';
import { strictest } from '../policy/switches.ts';

/** Resources that stand in no namespace, so that a RoleBinding cannot grant them. */
const withoutNamespace = ['nodes', 'persistentvolumes', 'remediationpolicies'];

/** True for what only the whole cluster can grant: a ClusterRoleBinding. */
export const isClusterWide = ({ resources, everywhere }: Permission): boolean =>
  everywhere === true || resources.some((resource) => withoutNamespace.includes(resource.split('/')[0] ?? ''));

/** Where events on what has no namespace stand, such as those on nodes. */
const eventsWithoutNamespace = 'default';

/** Rights that belong together: one file of deploy/rbac grants them. */
export interface RightsPart {
  /** `base`, `evict-pod`: the name of the file. */
  name: string;
  rules: readonly Permission[];
}

/** One right at one place. */
export interface Need {
  /** Empty: the whole cluster. */
  namespace: string;
  group: string;
  /** With its subresource: `pods/eviction`. */
  resource: string;
  verb: string;
  /** Of the one object; absent: all of them. */
  name?: string;
  /** The file that grants it. */
  part: string;
}

/** A rule that an account has, as the API server lists them. */
export interface Rule {
  verbs?: readonly string[];
  apiGroups?: readonly string[];
  resources?: readonly string[];
  resourceNames?: readonly string[];
}

/** What a worker of a cluster works with. */
export interface Working {
  policies: readonly Policy[];
  /** No policy does more than this. */
  mode: PolicyMode;
  base: RightsPart;
  /** Events on nodes. */
  nodes: RightsPart;
  /** Beside the namespace and name of the ConfigMap that can pause. */
  pause?: RightsPart & { namespace: string; object: string };
  /** Of policies as resources, where they are the source. */
  source?: RightsPart;
  actions: readonly { name: string; part: RightsPart }[];
}

/**
 * Every right that the policies in force need, at the places where they need it: reads where they look, and those of
 * their actions where they may act. A policy in Observe only looks.
 */
export function neededRights({ policies, mode, base, nodes, pause, source, actions }: Working): Need[] {
  const needs = policies.flatMap(({ spec }) => {
    const { namespaces } = spec.scope;
    const acts = strictest(spec.mode, mode) === 'Observe' ? [] : spec.steps.map(({ action }) => action);
    const parts = [base, ...actions.filter(({ name }) => acts.includes(name)).map(({ part }) => part)];
    const aboutNodes = spec.scope.nodes === undefined ? [] : needsAt(nodes, [eventsWithoutNamespace]);
    return [...parts.flatMap((part) => needsAt(part, namespaces)), ...aboutNodes];
  });
  const switches = pause === undefined ? [] : needsAt(pause, [pause.namespace], pause.object);
  const all = [...needs, ...switches, ...(source === undefined ? [] : needsAt(source, []))];
  return [...new Map(all.map((need) => [keyOf(need), need])).values()];
}

const keyOf = ({ namespace, group, resource, verb, name = '' }: Need) =>
  [namespace, group, resource, verb, name].join(' ');

function needsAt({ name: part, rules }: RightsPart, namespaces: readonly string[], object?: string): Need[] {
  return rules.flatMap((rule) => {
    const places = isClusterWide(rule) ? [''] : namespaces;
    const about = object === undefined ? {} : { name: object };
    return places.flatMap((namespace) =>
      rule.apiGroups.flatMap((group) =>
        rule.resources.flatMap((resource) =>
          rule.verbs.map((verb) => ({ namespace, group, resource, verb, ...about, part })),
        ),
      ),
    );
  });
}

const covers = (listed: readonly string[] = [], wanted: string) => listed.includes('*') || listed.includes(wanted);

/** True where one of the rules that hold in the namespace grants the right. */
export const isGranted = ({ group, resource, verb, name }: Need, rules: readonly Rule[]): boolean =>
  rules.some(({ verbs, apiGroups, resources, resourceNames = [] }) => {
    const isForAll = resourceNames.length === 0 || (name !== undefined && resourceNames.includes(name));
    return isForAll && covers(verbs, verb) && covers(apiGroups, group) && covers(resources, resource);
  });

/** One line for each place and file, for a person: `in namespace shop: create pods/eviction (deploy/rbac/evict-pod.yaml)`. */
export function missingInWords(missing: readonly Need[]): string[] {
  const lines = Map.groupBy(missing, ({ namespace, part }) => JSON.stringify([namespace, part]));
  return [...lines].map(([key, needs]) => {
    const [namespace, part] = JSON.parse(key) as [string, string];
    const where = namespace === '' ? 'in the whole cluster' : `in namespace ${namespace}`;
    const rights = needs.map(({ verb, resource, group, name }) => {
      const what = group === '' ? resource : `${resource}.${group}`;
      return `${verb} ${what}${name === undefined ? '' : ` ${name}`}`;
    });
    return `${where}: ${rights.join(', ')} (deploy/rbac/${part}.yaml)`;
  });
}
