import type { TaskOutcome } from './port.ts';
import type { RawJob, RawPod } from './raw.ts';

/** What came of a task, as its Job and the pods of it show it. */
export function readTask({ status = {} }: RawJob, pods: readonly RawPod[]): TaskOutcome {
  const shows = (wanted: string) =>
    status.conditions?.find(({ type, status: value }) => type === wanted && value === 'True');
  const failed = shows('Failed');
  const complete = shows('Complete');
  if (failed === undefined && complete === undefined) return { state: 'running', message: '' };
  const ended = pods
    .flatMap((pod) => pod.status?.containerStatuses ?? [])
    .flatMap(({ state }) => state?.terminated ?? []);
  const last = failed === undefined ? ended.find(({ exitCode }) => exitCode === 0) : ended[0];
  const said = last?.message || [failed?.reason, failed?.message].filter(Boolean).join(': ');
  return {
    state: failed === undefined ? 'succeeded' : 'failed',
    ...(last?.exitCode === undefined ? {} : { exitCode: last.exitCode }),
    message: said,
  };
}
