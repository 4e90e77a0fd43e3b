import { beforeAll, describe, expect, it } from '@jest/globals';
import { workflowTypes } from '../../domain/run/contract.ts';
import { invariants } from './invariants/index.ts';
import { play } from './search/play.ts';
import type { Schedule } from './search/schedule.ts';
import type { Trace } from './search/trace.ts';
import { aDay, trouble } from './support/a-day.ts';

const minuteMs = 60_000;
const deployment = { namespace: 'shop', kind: 'Deployment', replicas: 4, isOut: false } as const;

const brokenBy = (trace: Trace) =>
  invariants.flatMap(({ name, broken }) => (broken(trace) === undefined ? [] : [name]));

/** A day that breaks nothing. */
async function aGoodDay(schedule: Schedule): Promise<Trace> {
  const trace = await play(schedule);
  expect(brokenBy(trace)).toEqual([]);
  return trace;
}

describe('an escalation that stays open for three hours', () => {
  let trace: Trace;
  beforeAll(async () => {
    const later = { kind: 'reset', at: 120, workload: 5 } as const;
    trace = await aGoodDay(aDay([trouble(0, 0, { where: 'template' }), later]));
    expect(trace.runs.map(({ status }) => status.phase)).toEqual(['Escalated']);
  });

  it('breaks L4 where it looks no more', () => {
    const looks = trace.looks.filter(({ atMs }) => atMs < trace.startMs + 30 * minuteMs);
    expect(brokenBy({ ...trace, looks })).toEqual(['L4']);
  });

  it('breaks L4 where it looks each minute', () => {
    const [first] = trace.looks;
    const minutes = Array.from({ length: 175 }, (_, minute) => trace.startMs + minute * minuteMs);
    const looks = minutes.map((atMs) => ({ workflowId: first?.workflowId ?? '', atMs }));
    expect(brokenBy({ ...trace, looks })).toEqual(['L4']);
  });
});

describe('a storm, and a cluster that nobody knows, while the fallback receiver is away', () => {
  let trace: Trace;
  beforeAll(async () => {
    trace = await aGoodDay(
      aDay(
        [
          { kind: 'receiver', at: 0, receiver: 'fallback', how: 'fails', minutes: 10 },
          { kind: 'unknownCluster', at: 1, name: 0, times: 20, seconds: 60 },
          ...[0, 1, 2, 3, 4, 5].map((workload) => trouble(0, workload, { lasts: 20 })),
        ],
        { limits: { stormWorkloads: 3 }, workloads: Array(6).fill(deployment) },
      ),
    );
  });

  const toldOf = (isWanted: (told: Trace['told'][number]) => boolean) => {
    const told = trace.told.find(isWanted);
    if (told === undefined) throw new Error('nobody was told');
    return told;
  };
  const withKey = ({ notification, ...told }: Trace['told'][number], more: object) => ({
    ...trace,
    told: [...trace.told, { ...told, notification: { ...notification, ...more } }],
  });

  it('breaks L9 where the storm has a second message', () => {
    const told = toldOf(({ notification }) => notification.kind === 'storm');
    expect(brokenBy(withKey(told, { dedupKey: 'storm/another' }))).toEqual(['L9']);
  });

  it('breaks L9 where a run pages because of the storm', () => {
    const told = toldOf(({ notification }) => notification.reason === 'foreignCluster');
    expect(brokenBy(withKey(told, { reason: 'storm', runId: 'one' }))).toEqual(['L9']);
  });

  it('breaks L9 where the unknown cluster has a second message', () => {
    const told = toldOf(({ notification }) => notification.reason === 'foreignCluster');
    expect(brokenBy(withKey(told, { dedupKey: 'unknownCluster/another' }))).toEqual(['L9']);
  });

  it('breaks L6 where the guard does not continue as new meanwhile', () => {
    const executions = trace.executions.map((execution) =>
      execution.type === workflowTypes.guard
        ? Object.create(execution, { historyLength: { value: 300 }, type: { value: execution.type } })
        : execution,
    );
    expect(brokenBy({ ...trace, executions })).toEqual(['L6']);
  });
});
