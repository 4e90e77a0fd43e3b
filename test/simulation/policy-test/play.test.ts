import { describe, expect, it } from '@jest/globals';
import { played, resultsOf, suiteOf } from './files.ts';

const crash = 'faults: [{ pod: shop/checkout/0, shape: CrashLoopBackOff, from: -5m }]';
const fires = '{ at: 1m, alert: PodCrashLooping, about: shop/checkout/0 }';
/** Its fresh pod crashes as well, so that the second step asks. */
const crashesOn =
  'faults: [{ pod: shop/checkout/0, shape: CrashLoopBackOff, from: -5m }, { pod: shop/checkout/0, shape: CrashLoopBackOff, from: 90s }]';

const mismatchesOf = async (events: string, expected: string, cluster = crash) =>
  (await played(`    events: [${events}]\n    for: 2h\n    expect: ${expected}`, cluster)).mismatches;

describe('a test that is played', () => {
  it('passes when everything comes as it is expected', async () => {
    const expected =
      '{ runs: [{ outcome: remediated, steps: [evictPod kept] }], acts: [{ at: 1m, action: evictPod, on: shop/checkout/0 }], told: none }';
    expect(await mismatchesOf(fires, expected)).toEqual([]);
  });

  it('says of each thing that came otherwise what was expected and what came', async () => {
    const expected =
      '{ runs: [{ outcome: escalated, policy: crash-loop, steps: none, closed: 5m }], acts: [{ at: 3m, action: rolloutRestart, on: shop/checkout/1 }], told: [oncall escalation] }';
    expect(await mismatchesOf(fires, expected)).toEqual([
      { field: 'runs[0].outcome', expected: 'escalated', actual: 'remediated' },
      { field: 'runs[0].steps', expected: 'none', actual: 'evictPod kept' },
      { field: 'runs[0].closed', expected: '5m', actual: '2m6s' },
      { field: 'acts[0].action', expected: 'rolloutRestart', actual: 'evictPod' },
      { field: 'acts[0].on', expected: 'shop/checkout/1', actual: 'shop/checkout/0' },
      { field: 'acts[0].at', expected: '3m', actual: '1m' },
      { field: 'told', expected: '1. oncall escalation', actual: 'none' },
    ]);
  });

  it('shows lists of another length whole', async () => {
    expect(await mismatchesOf(fires, '{ runs: none }')).toEqual([
      {
        field: 'runs',
        expected: 'none',
        actual: '1. PodCrashLooping about shop/Deployment/checkout/0: remediated, steps evictPod kept',
      },
    ]);
  });

  it('compares nothing that is not written', async () => {
    expect(await mismatchesOf(fires, '{ acts: [{ action: evictPod }] }')).toEqual([]);
  });

  it.each([
    [
      'approve',
      '{ at: 15m, approve: rolloutRestart }',
      '{ outcome: remediated, steps: [evictPod unhealthy, rolloutRestart kept] }',
    ],
    ['reject', '{ at: 15m, reject: rolloutRestart }', '{ phase: Escalated, reason: approvalRejected }'],
    ['abort', '{ at: 3m, abort: PodCrashLooping, who: grace }', '{ outcome: aborted, reason: aborted }'],
    [
      'takeOver',
      '{ at: 3m, takeOver: PodCrashLooping, about: shop/checkout }',
      '{ outcome: aborted, reason: takenOver }',
    ],
    ['acknowledge', '{ at: 35m, acknowledge: PodCrashLooping }', '{ phase: Escalated, reason: approvalExpired }'],
    [
      'retry',
      '{ at: 35m, retry: PodCrashLooping }',
      '{ outcome: remediated, steps: [evictPod unhealthy, evictPod kept] }',
    ],
  ])('lets a person %s', async (_, event, run) => {
    expect(await mismatchesOf(`${fires}, ${event}`, `{ runs: [${run}] }`, crashesOn)).toEqual([]);
  });

  it('hears that an escalation climbs until somebody acknowledges', async () => {
    const told = (kinds: string) => `{ told: [oncall approvalNeeded, ${kinds}] }`;
    const late = '{ at: 45m, acknowledge: PodCrashLooping }';
    expect(await mismatchesOf(fires, told('oncall escalation, pager escalation'), crashesOn)).toEqual([]);
    expect(await mismatchesOf(`${fires}, ${late}`, told('oncall escalation, pager escalation'), crashesOn)).toEqual([]);
    const early = '{ at: 30m, acknowledge: PodCrashLooping }';
    expect(await mismatchesOf(`${fires}, ${early}`, told('oncall escalation'), crashesOn)).toEqual([]);
  });

  it('fails when a person’s answer comes to nothing, unless it must be refused', async () => {
    const early = (more: string) => `${fires}, { at: 2m, acknowledge: PodCrashLooping${more} }`;
    expect(await mismatchesOf(early(''), '{ told: none }')).toEqual([
      { field: 'events[1]', expected: 'acknowledge is taken', actual: 'nothing is escalated' },
    ]);
    expect(await mismatchesOf(early(', refused: nothing is escalated'), '{ told: none }')).toEqual([]);
  });

  it('fails when nobody is there to answer, or more than one', async () => {
    expect(await mismatchesOf(`${fires}, { at: 90m, abort: PodCrashLooping }`, '{ told: none }')).toEqual([
      { field: 'events[1]', expected: 'one run for abort', actual: 'no run is there any more, or yet' },
    ]);
    expect(await mismatchesOf(`${fires}, { at: 2m, approve: evictPod }`, '{ told: none }')).toEqual([
      {
        field: 'events[1]',
        expected: 'one run for approve',
        actual: 'the run of PodCrashLooping waits for the workload to be healthy for 1m',
      },
    ]);
  });

  it('pauses and resumes, and keeps pauses apart by their reason', async () => {
    const pauses = '{ at: 10s, pause: one }, { at: 20s, pause: two }, { at: 30s, resume: one }';
    const expected = '{ runs: [{ outcome: denied, reason: paused }, { outcome: remediated }] }';
    const again = '{ at: 2m, resume: two }';
    expect(await mismatchesOf(`${pauses}, ${fires}, ${again}`, expected)).toEqual([]);
  });

  it('puts another version of the policy in force when it is edited', async () => {
    const edit = '{ at: 30s, edit: { mode: Observe } }';
    expect(
      await mismatchesOf(
        `${edit}, ${fires}`,
        '{ runs: [{ wouldHave: evictPod grant, reason: observeOnly }], acts: none }',
      ),
    ).toEqual([]);
  });

  it('lets somebody roll out a change, and nothing is done until that has given up', async () => {
    const { mismatches, played: story } = await played(
      `set: { guards: { maxUnhealthy: 100%, minReady: 0 } }
      events: [{ at: 55s, rollout: shop/checkout }, ${fires}]
      for: 3h
      expect: { runs: [{ refused: [rolloutInProgress] }], acts: [{ at: 13m13s, action: evictPod }] }`,
      'faults: [{ workload: shop/checkout, shape: CrashLoopBackOff, from: -5m }]',
    );
    expect(mismatches).toEqual([]);
    expect(story.runs[0]?.view.status.verdicts[0]).toMatchObject({ verdict: 'hold', reason: 'rolloutInProgress' });
  });

  it('forgets what the guard knew of a workload when somebody resets it', async () => {
    const two =
      'faults: [{ pod: shop/checkout/0, shape: CrashLoopBackOff, from: -5m }, { pod: shop/checkout/1, shape: CrashLoopBackOff, from: 4m }]';
    const events = `${fires}, { at: 4m, reset: shop/checkout }, { at: 5m, alert: PodCrashLooping, about: shop/checkout/1 }`;
    expect(
      await mismatchesOf(
        events,
        '{ acts: [{ at: 1m, action: evictPod }, { at: 5m, action: evictPod, on: shop/checkout/1 }] }',
        two,
      ),
    ).toEqual([]);
  });

  it('tells a run that its alert resolved, and fails when none fired', async () => {
    const resolved = '{ at: 61s, resolved: PodCrashLooping, about: shop/checkout/0 }';
    const { played: story } = await played(
      `    events: [${fires}, ${resolved}]\n    for: 1h\n    expect: { told: none }`,
      crash,
    );
    expect(story.runs[0]?.view.status.timeline).toContainEqual(
      expect.objectContaining({ what: 'Alertmanager says the alert is resolved; that does not prove health' }),
    );
    const other = '{ at: 61s, resolved: PodCrashLooping, about: shop/checkout/1 }';
    expect(await mismatchesOf(`${fires}, ${other}`, '{ told: none }')).toEqual([
      {
        field: 'events[1]',
        expected: 'PodCrashLooping fires already',
        actual: 'it has not fired about shop/checkout/1',
      },
    ]);
  });

  it('fails when the intake would not take an alert', async () => {
    const label = `labels: { big: ${'x'.repeat(2_100)} }`;
    expect(await mismatchesOf(`{ at: 1m, alert: A, ${label} }`, '{ runs: none }')).toEqual([
      { field: 'events[0]', expected: 'an alert', actual: 'the intake refuses it: labels.big is tooLarge' },
    ]);
  });

  it('names a workload by the label of its kind', async () => {
    const events = '{ at: 1m, alert: PodCrashLooping, about: shop/checkout }';
    expect(await mismatchesOf(events, '{ runs: [{ about: shop/checkout/0, outcome: remediated }] }')).toEqual([]);
  });

  it('begins when it should, so that windows and freezes can be tested', async () => {
    const windows =
      'set: { guards: { windows: [{ schedule: "0 2 * * *", duration: 1h, timeZone: Europe/Berlin }], holdAtMost: 2h } }';
    const text = (start: string, at: string) => `
start: ${start}
${windows}
cluster:
  workloads: [{ namespace: shop, name: checkout }]
  ${crash}
tests:
  - name: it
    events: [${fires}]
    for: 4h
    expect: { acts: [{ at: ${at}, action: evictPod }] }
`;
    // Berlin is two hours ahead in summer: 02:00 there is 00:00 UTC.
    const [summer] = await resultsOf(suiteOf(text('2026-07-01T23:00:00Z', '1h')));
    const [winter] = await resultsOf(suiteOf(text('2026-02-01T00:00:00Z', '1h')));
    expect([summer?.mismatches, winter?.mismatches]).toEqual([[], []]);
  });

  it('plays with the guard that it is given', async () => {
    const text = `
guard: { paused: by configuration }
cluster:
  workloads: [{ namespace: shop, name: checkout }]
  ${crash}
tests:
  - name: it
    events: [${fires}]
    for: 10m
    expect: { runs: [{ outcome: notActionable, reason: paused }] }
`;
    const [result] = await resultsOf(suiteOf(text));
    expect(result?.mismatches).toEqual([]);
  });

  it('heeds what namespaces, disruption budgets and nodes say', async () => {
    const observed = `namespaces: [{ name: shop, annotations: { mendflow.dev/mode: Observe } }]\n  ${crash}`;
    expect(await mismatchesOf(fires, '{ runs: [{ reason: observeOnly }] }', observed)).toEqual([]);
    const budget = `disruptionBudgets: [{ namespace: shop, labels: { app: checkout }, minAvailable: 3 }]\n  ${crash}`;
    expect(await mismatchesOf(fires, '{ runs: [{ reason: evictionBlocked }], acts: none }', budget)).toEqual([]);
    const nodes = `nodes: [{ name: n1 }]\n  faults: [{ node: n1, shape: NotReady }, { pod: shop/checkout/0, shape: CrashLoopBackOff, from: -5m }]`;
    expect(await mismatchesOf(fires, '{ acts: none }', nodes)).toEqual([]);
  });

  it('cures by a rollout what sits in the pods of a revision', async () => {
    const cured = 'faults: [{ workload: shop/checkout, shape: OOMKilled, from: -5m, curedBy: rollout }]';
    const set =
      'set: { verify: [{ podCondition: { reason: OOMKilled } }], guards: { maxUnhealthy: 100%, minReady: 0 }, steps: [{ rolloutRestart: {} }] }';
    const { mismatches } = await played(
      `    ${set}\n    events: [${fires}]\n    for: 1h\n    expect: { runs: [{ outcome: remediated, steps: [rolloutRestart kept] }] }`,
      cured,
    );
    expect(mismatches).toEqual([]);
  });
});
