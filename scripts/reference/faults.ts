import { actions } from '../../activities/actions/index.ts';
import type { FaultClass } from '../../domain/faults/fault-class.ts';
import { alertnameOf, faultClasses } from '../../domain/faults/index.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import { code, page, table } from './markdown.ts';

const intro = `What can be wrong, how it shows, and what to do about it. The watcher (docs/watcher.md) reports a class as the alert named
here once it has shown for the given time; every other class needs an alert rule of your own or one of deploy/monitoring.
\`mendflow lint\` warns of a step that never cures the class which a policy verifies (\`restartCannotHelp\`).`;

const subjects: Record<FaultClass['about'], string> = {
  pod: 'a pod',
  deployment: 'a Deployment',
  job: 'a Job',
  node: 'a node',
  alert: 'an alert only',
};

const known = new Set(actions.map(({ name }) => name as string));
/** Actions that this version has, in the order given. */
const listed = (names: readonly string[]) =>
  names
    .filter((name) => known.has(name))
    .map(code)
    .join(', ') || 'no action; a person is needed';

/** How a policy verifies it. */
function checkOf(fault: FaultClass): string {
  if (fault.about === 'alert') return code('promql');
  if (fault.about === 'pod') return code(`podCondition: { reason: ${fault.name} }`);
  const kind = fault.about === 'node' ? 'nodeCondition' : 'workloadCondition';
  const checks = fault.conditions.map(({ type, status, reason }) =>
    code(`${kind}: { type: ${type}, status: "${status}"${reason === undefined ? '' : `, reason: ${reason}`} }`),
  );
  return checks.join(' or ');
}

function reportedAs(fault: FaultClass): string {
  if (!('toleranceMs' in fault) || fault.toleranceMs === undefined) return 'not reported by the watcher';
  const after = fault.toleranceMs === 0 ? 'at once' : `after ${formatDuration(fault.toleranceMs)}`;
  const restarts = fault.about === 'pod' ? fault.reportedFromRestarts : undefined;
  return `${code(alertnameOf(fault))}, ${after}${restarts === undefined ? '' : ` from ${restarts} restarts on`}`;
}

const section = (fault: FaultClass) =>
  [
    `## ${fault.name}`,
    fault.showsAs,
    fault.advice,
    table(
      ['about', 'verified by', 'the watcher’s alert', 'can help, mildest first', 'never helps'],
      [[subjects[fault.about], checkOf(fault), reportedAs(fault), listed(fault.helps), listed(fault.never)]],
    ),
  ].join('\n\n');

/** docs/reference/faults.md: every failure class, how it shows, what helps and what never does. */
export const faultsPage = (): string => page('Failure classes', 'domain/faults/', intro, ...faultClasses.map(section));
