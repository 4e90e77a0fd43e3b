import type { Workload } from './workload.ts';

/** Tools that put a workload back to what is written elsewhere. */
export const managers = ['ArgoCD', 'Flux', 'Helm'] as const;
export type Manager = (typeof managers)[number];

/** Who manages a workload: the tool, and its application or release as a person finds it. */
export interface ManagedBy {
  tool: Manager;
  name: string;
}

type Marks = Pick<Workload, 'labels' | 'annotations'>;
type Rule = (marks: Marks) => ManagedBy | undefined;

/** The tracking id is `application:group/kind:namespace/name`; the application may have its own namespace before `_`. */
const argoCd: Rule = ({ labels, annotations }) => {
  const [application = ''] = (annotations['argocd.argoproj.io/tracking-id'] ?? '').split(':');
  const name = application || labels['argocd.argoproj.io/instance'];
  return name ? { tool: 'ArgoCD', name: name.replace('_', '/') } : undefined;
};

const flux =
  (prefix: string): Rule =>
  ({ labels }) => {
    const name = labels[`${prefix}/name`];
    return name ? { tool: 'Flux', name: `${labels[`${prefix}/namespace`] ?? ''}/${name}` } : undefined;
  };

const helm: Rule = ({ labels, annotations }) => {
  const name = annotations['meta.helm.sh/release-name'];
  if (labels['app.kubernetes.io/managed-by'] !== 'Helm' || !name) return undefined;
  return { tool: 'Helm', name: `${annotations['meta.helm.sh/release-namespace'] ?? ''}/${name}` };
};

/** Whoever reconciles comes first: Argo CD and Flux render charts that carry Helm's own marks. */
const rules: readonly Rule[] = [argoCd, flux('kustomize.toolkit.fluxcd.io'), flux('helm.toolkit.fluxcd.io'), helm];

/** The tool whose marks the workload carries, or undefined when nobody's do. */
export function managedBy(workload: Marks): ManagedBy | undefined {
  for (const rule of rules) {
    const found = rule(workload);
    if (found !== undefined) return found;
  }
  return undefined;
}
