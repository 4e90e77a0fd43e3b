import type { Policy } from '../../domain/policy/policy.ts';
import type { EventFields } from './format/events.ts';
import { type Place, placeInWords } from './format/fields.ts';
import type { TestFields } from './format/file.ts';
import { hint } from './format/mapping.ts';
import type { CaseCluster } from './policy-case.ts';

type Path = readonly PropertyKey[];

/** A name of a test that means nothing: where, and what is wrong. */
export interface ReferenceFault {
  path: Path;
  message: string;
}

/** A test with the cluster and the policies that it is about; `pathOf` says where a list of the cluster stands. */
export interface Draft {
  test: TestFields;
  cluster: CaseCluster;
  policies: readonly Policy[];
  prometheus: readonly { about?: Place | undefined }[];
  /** Where the test stands, and where what it has from the file does. */
  at: Path;
  pathOf(key: 'cluster' | 'prometheus', list?: string): Path;
}

/** Every name of the test that means nothing. */
export const referenceFaults = (draft: Draft): ReferenceFault[] => checkers.flatMap((check) => check(draft));

const fault = (path: Path, message: string): ReferenceFault[] => [{ path, message }];

/** What is wrong with a place, or nothing. */
function placeFault({ cluster }: Draft, place: Place | undefined, path: Path): ReferenceFault[] {
  if (place === undefined) return [];
  const subjects = subjectsOf(cluster);
  const named = subjects.filter(({ namespace, name }) => namespace === place.namespace && name === place.workload);
  const [found, another] = named.filter(({ kind }) => kind === (place.kind ?? kind));
  if (found === undefined) {
    const known = subjects.map(({ namespace, kind, name: workload }) =>
      placeInWords({ namespace, workload, ...((place.kind !== undefined || kind === 'Node') && { kind }) }),
    );
    const { pod: _, ...workload } = place;
    const written = placeInWords(workload);
    return fault(path, `there is no ${whatOf(place)} ${written} in the cluster${hint(written, known)}`);
  }
  if (another !== undefined) return fault(path, `write the kind as well: ${found.kind} or ${another.kind}`);
  const { pods } = found;
  if (place.pod === undefined || place.pod < pods) return [];
  return fault(path, pods === 0 ? `${found.name} has no pods` : `${found.name} has the pods 0 to ${pods - 1}`);
}

/** Everything that a place can name, and how many pods it has. */
export const subjectsOf = ({ workloads, jobs, nodes }: CaseCluster) => [
  ...workloads.map(({ namespace, kind, name, replicas }) => {
    return { namespace, kind, name, pods: kind === 'DaemonSet' ? nodes.length : replicas };
  }),
  ...jobs.map(({ namespace, name }) => ({ namespace, kind: 'Job' as const, name, pods: 0 })),
  ...nodes.map(({ name }) => ({ namespace: '', kind: 'Node' as const, name, pods: 0 })),
];

const whatOf = ({ kind }: Place) => (kind === 'Node' ? 'node' : kind === 'Job' ? 'Job' : 'workload');

function unknownName(path: Path, { what, name, known }: { what: string; name: string; known: readonly string[] }) {
  return known.includes(name) ? [] : fault(path, `there is no ${what} ${name}${hint(name, known)}`);
}

const eventsWith = (draft: Draft, check: (event: EventFields, path: Path) => ReferenceFault[]): ReferenceFault[] =>
  draft.test.events.flatMap((event, index) => check(event, [...draft.at, 'events', index]));

/** Names of the alerts that fire, told apart by nothing else. */
const alertsOf = ({ test }: Draft) => [
  ...new Set(test.events.flatMap((event) => (event.kind === 'alert' ? [event.alert] : []))),
];

const timesFit = (draft: Draft) =>
  eventsWith(draft, ({ at }, path) =>
    at > draft.test.for ? fault([...path, 'at'], 'comes after the test has ended; see for') : [],
  );

const eventPlaces = (draft: Draft) =>
  eventsWith(draft, (event, path) => {
    if (event.kind === 'rollout') return placeFault(draft, event.rollout, [...path, 'rollout']);
    if (event.kind === 'reset') return placeFault(draft, event.reset, [...path, 'reset']);
    return 'about' in event ? placeFault(draft, event.about, [...path, 'about']) : [];
  });

/** An answer goes to the run of an alert; the alert must have fired. */
const answeredAlerts = (draft: Draft) =>
  eventsWith(draft, (event, path) => {
    const known = alertsOf(draft);
    const { kind } = event;
    const named = (name: string, key: string) => unknownName([...path, key], { what: 'alert', name, known });
    switch (kind) {
      case 'resolved':
        return named(event.resolved, kind);
      case 'acknowledge':
        return named(event.acknowledge, kind);
      case 'retry':
        return named(event.retry, kind);
      case 'abort':
        return named(event.abort, kind);
      case 'takeOver':
        return named(event.takeOver, kind);
      case 'approve':
      case 'reject':
        return event.alert === undefined ? [] : named(event.alert, 'alert');
      default:
        return [];
    }
  });

const liftedPauses = (draft: Draft) =>
  eventsWith(draft, (event, path) => {
    if (event.kind !== 'resume') return [];
    const known = draft.test.events.flatMap((other) => (other.kind === 'pause' ? [other.pause] : []));
    return unknownName([...path, 'resume'], { what: 'pause', name: event.resume, known });
  });

const clusterNames = (draft: Draft): ReferenceFault[] => {
  const { cluster, pathOf } = draft;
  const nodes = cluster.nodes.map(({ name }) => name);
  return cluster.faults.flatMap((each, index) => {
    const path = [...pathOf('cluster', 'faults'), index];
    const isEmpty = each.until !== undefined && each.until <= each.from;
    return [
      ...(isEmpty ? fault([...path, 'until'], 'must come after from') : []),
      ...(each.kind === 'pod' ? placeFault(draft, each.pod, [...path, 'pod']) : []),
      ...(each.kind === 'workload' ? placeFault(draft, each.workload, [...path, 'workload']) : []),
      ...(each.kind === 'job' ? placeFault(draft, { ...each.job, kind: 'Job' }, [...path, 'job']) : []),
      ...(each.kind === 'node' ? unknownName([...path, 'node'], { what: 'node', name: each.node, known: nodes }) : []),
    ];
  });
};

const somethingIsThere = ({ cluster, at, test }: Draft) =>
  cluster.workloads.length + cluster.jobs.length > 0 || test.events.some(isAboutNode)
    ? []
    : fault([...at, 'name'], 'has no cluster.workloads, here or for the whole file');

const isAboutNode = (event: EventFields) => event.kind === 'alert' && event.about?.kind === 'Node';

const scaledWorkloads = (draft: Draft) =>
  draft.cluster.autoscalers.flatMap(({ scales, min, max }, index) => {
    const path = [...draft.pathOf('cluster', 'autoscalers'), index];
    return [
      ...placeFault(draft, scales, [...path, 'scales']),
      ...(min > max ? fault([...path, 'min'], 'must not be above max') : []),
    ];
  });

const prometheusPlaces = (draft: Draft) =>
  draft.prometheus.flatMap(({ about }, index) =>
    placeFault(draft, about, [...draft.pathOf('prometheus'), index, 'about']),
  );

const expectedNames = (draft: Draft): ReferenceFault[] => {
  const { runs = [], acts = [] } = draft.test.expect;
  const at = [...draft.at, 'expect'];
  const policies = draft.policies.map(({ metadata }) => metadata.name);
  return [
    ...runs.flatMap(({ alert, about, policy }, index) => [
      ...(alert === undefined
        ? []
        : unknownName([...at, 'runs', index, 'alert'], { what: 'alert', name: alert, known: alertsOf(draft) })),
      ...(policy === undefined
        ? []
        : unknownName([...at, 'runs', index, 'policy'], { what: 'policy', name: policy, known: policies })),
      ...placeFault(draft, about, [...at, 'runs', index, 'about']),
    ]),
    ...acts.flatMap(({ on }, index) => placeFault(draft, on, [...at, 'acts', index, 'on'])),
  ];
};

const checkers: readonly ((draft: Draft) => ReferenceFault[])[] = [
  somethingIsThere,
  scaledWorkloads,
  timesFit,
  clusterNames,
  prometheusPlaces,
  eventPlaces,
  answeredAlerts,
  liftedPauses,
  expectedNames,
];
