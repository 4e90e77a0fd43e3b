import { type Explanation, strictestModes } from '../../domain/analysis/explain.ts';
import { needsApprovalIn } from '../../domain/policy/approval-need.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import { fields, indented, table } from '../output/table.ts';

/** An explanation as `kubectl describe` would write it; its last line says what would happen. */
export function explanationInWords(explanation: Explanation): string[] {
  const { alertname, cluster, policy, labels, at, losers, refused, would } = explanation;
  const pairs = Object.entries(labels).flatMap(([name, value]) => (name === 'alertname' ? [] : [`${name}=${value}`]));
  return [
    ...fields({
      ...{ Alert: alertname, Labels: pairs.join(' ') || undefined, Cluster: cluster },
      ...{ 'Looked at': at, Policy: policy ?? 'none' },
    }),
    ...section(policy === undefined ? 'Policies' : 'Other policies', table(losers, loserColumns), losers.length),
    ...section('Target', targetOf(explanation)),
    ...section('Checks', table(explanation.checks, checkColumns), explanation.checks.length),
    ...section(ladderTitle(explanation), ladderOf(explanation)),
    ...section('Guards', guardsOf(explanation)),
    ...section('Refused', refused === undefined ? [] : [`${refused.code}: ${refused.detail}`]),
    `Would:  ${would}`,
  ];
}

const section = (title: string, lines: readonly string[], count = lines.length) =>
  count === 0 ? [] : [`${title}:`, ...indented(lines)];

const loserColumns = [
  { head: 'POLICY', cell: ({ policy }: Explanation['losers'][number]) => policy },
  { head: 'WHY NOT', cell: ({ why }: Explanation['losers'][number]) => why },
];

const checkColumns = [
  { head: 'RESULT', cell: ({ result }: Explanation['checks'][number]) => result },
  { head: 'CHECK', cell: ({ check }: Explanation['checks'][number]) => check },
  { head: 'EVIDENCE', cell: ({ evidence }: Explanation['checks'][number]) => evidence },
];

function targetOf({ named, notFound, found, surroundings }: Explanation): string[] {
  const health = found?.health;
  const facts = found?.target.facts;
  return fields({
    'Labels name': namedInWords(named),
    'Not found': notFound && `${notFound.detail} (${notFound.reason})`,
    Found: found?.chain.join(' → '),
    Pods: facts && `${facts.otherReadyPods} other ready, ${facts.desiredPods} wanted`,
    Health: health && (health.kind === 'healthy' ? 'healthy' : `${health.kind}: ${health.why}`),
    Node: surroundings?.node && `${surroundings.node}${surroundings.zone ? ` in ${surroundings.zone}` : ''}`,
    Namespace: surroundings && `${surroundings.namespace.unhealthy} of ${surroundings.namespace.total} pods not ready`,
    Rollout: surroundings?.rollout,
  });
}

function namedInWords(named: Explanation['named']): string {
  if (named.kind === 'unnamed') return `nothing: ${named.detail} (${named.reason})`;
  const { namespace, pod, workload } = named;
  const objects = [pod && `pod ${pod}`, workload && `${workload.kind} ${workload.name}`].filter(Boolean);
  return `${objects.join(' of ')} in ${namespace}`;
}

function ladderTitle({ plan, modes }: Explanation): string {
  if (plan === undefined || modes === undefined) return 'Ladder';
  const strictest = strictestModes(modes, plan.mode);
  const others = Object.entries(modes).filter(([who]) => !strictest.includes(who));
  const words = others.map(([who, mode]) => `; ${who} ${mode}`).join('');
  return `Ladder (mode ${plan.mode}, set by ${strictest.join(', ')}${words})`;
}

function ladderOf({ plan, found, surroundings }: Explanation): string[] {
  const rows = (plan?.steps ?? []).map((step, index) => ({ step, number: String(index + 1) }));
  if (rows.length === 0) return [];
  type Row = (typeof rows)[number];
  const place = plan && found && surroundings && { target: found.target, surroundings, settings: plan.guards };
  return table(rows, [
    { head: '#', cell: ({ number }: Row) => number },
    { head: 'STEP', cell: ({ step }: Row) => step.action },
    { head: 'PARAMETERS', cell: ({ step }: Row) => paramsInWords(step.params) },
    { head: 'HEALTHY WITHIN', cell: ({ step }: Row) => formatDuration(step.withinMs) },
    { head: 'RISK', cell: ({ step }: Row) => step.risk },
    {
      head: 'APPROVAL',
      cell: ({ step }: Row) => (place && needsApprovalIn(step, place) ? 'a person' : step.approval),
    },
  ]);
}

const paramsInWords = (params: Record<string, unknown>) =>
  Object.entries(params)
    .map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : value}`)
    .join(' ');

function guardsOf({ guards, guardsNote }: Explanation): string[] {
  if (guardsNote !== undefined) return [`not asked: ${guardsNote}`];
  if (guards.length === 0) return [];
  type Row = Explanation['guards'][number];
  return table(guards, [
    { head: 'GUARD', cell: ({ guard }: Row) => guard },
    { head: 'VERDICT', cell: ({ rejection }: Row) => rejection?.kind ?? 'grant' },
    { head: 'REASON', cell: ({ rejection }: Row) => rejection?.reason },
    { head: 'AGAIN IN', cell: ({ rejection }: Row) => retryOf(rejection) },
    { head: 'DETAIL', cell: ({ rejection }: Row) => rejection?.detail },
  ]);
}

const retryOf = (rejection: Explanation['guards'][number]['rejection']) =>
  rejection?.kind === 'hold' ? formatDuration(rejection.retryAfterMs) : undefined;
