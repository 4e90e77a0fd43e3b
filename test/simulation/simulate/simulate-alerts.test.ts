import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Alert } from '../../../domain/alert/alert.ts';
import { alertsOf } from '../../../domain/alert/intake.ts';
import { defaultLimits } from '../../../domain/guard/rules/rule.ts';
import type { Policy } from '../../../domain/policy/policy.ts';
import { type SimulationQuestion, simulateAlerts } from '../../../simulation/simulate/simulate-alerts.ts';
import { readSnapshot, type Snapshot } from '../../../simulation/simulate/snapshot.ts';
import { aPolicy } from '../support/a-world.ts';

const example = join(import.meta.dirname, '..', '..', '..', 'docs', 'examples', 'snapshot.json');
const crashing = 'checkout-7d9f6b8c5-x2x4z';
const hour = 3_600_000;

const aSnapshot = (change: (snapshot: Snapshot) => void = () => undefined): Snapshot => {
  const snapshot = readSnapshot('snapshot.json', readFileSync(example, 'utf8'));
  change(snapshot);
  return snapshot;
};

/** Alert PodCrashLooping about the crashing pod, but for the labels given. */
const anAlert = (labels: Record<string, string> = {}): Alert => {
  const item = { labels: { alertname: 'PodCrashLooping', namespace: 'shop', pod: crashing, ...labels } };
  const [alert] = alertsOf({ alerts: [item] }, { cluster: 'prod', receivedAt: '2026-03-02T09:57:12Z' }).alerts;
  if (alert === undefined) throw new Error('there is no alert');
  return alert;
};

const ask = (given: Partial<SimulationQuestion> & { policies?: readonly Policy[] } = {}) =>
  simulateAlerts({
    snapshot: aSnapshot(),
    alerts: [anAlert()],
    policies: [aPolicy()],
    clusterName: 'prod',
    limits: defaultLimits,
    switches: { mode: 'Auto' },
    remedy: 'fails',
    answer: 'approve',
    atMostMs: 26 * hour,
    ...given,
  });

const story = async (given: Parameters<typeof ask>[0] = {}) => {
  const { runs } = await ask(given);
  const [run] = runs;
  return {
    // A run that a person is asked about stays open until they answer.
    outcome: run?.report?.outcome ?? run?.status.phase,
    reason: run?.status.reason,
    steps: run?.status.steps.map(({ action, result }) => `${action} ${result}`),
  };
};

describe('what an alert would lead to', () => {
  it('is the whole ladder, to its end, when no step helps', async () => {
    const { runs, acts, told, startMs } = await ask();
    expect(runs[0]?.status).toMatchObject({
      phase: 'Escalated',
      reason: 'ladderExhausted',
      steps: [
        { action: 'evictPod', result: 'unhealthy' },
        { action: 'rolloutRestart', result: 'unhealthy' },
      ],
    });
    expect(acts).toMatchObject([
      { atMs: startMs, action: 'evictPod', object: `Pod shop/${crashing}` },
      { action: 'rolloutRestart', object: 'Deployment shop/checkout', workload: 'shop/Deployment/checkout' },
    ]);
    expect(told.map(({ receiver, notification }) => `${receiver} ${notification.kind} ${notification.level}`)).toEqual([
      'oncall escalation 0',
      'pager escalation 1',
      // A day later nobody has acknowledged.
      'pager escalation 1',
    ]);
  });

  it('is a healed workload when the first step helps', async () => {
    expect(await story({ remedy: 'heals' })).toEqual({
      outcome: 'remediated',
      reason: undefined,
      steps: ['evictPod kept'],
    });
  });

  it('says what it assumes', async () => {
    const { assumptions } = await ask();
    expect(assumptions).toEqual([
      'no step helps: every fresh pod of shop/Deployment/checkout shows CrashLoopBackOff again',
      'when a run asks for approval, people approve 1m later',
      'the guard starts empty: it knows no earlier act, budget, cooldown or pause',
    ]);
    const unseen = aSnapshot((snapshot) => snapshot.unseen.push('the nodes'));
    expect((await ask({ remedy: 'heals', answer: 'nothing', snapshot: unseen })).assumptions).toEqual([
      'the first step cures its workload; a fresh pod is ready after 10s',
      'when a run asks for approval, nobody answers',
      'the guard starts empty: it knows no earlier act, budget, cooldown or pause',
      'ignored: the nodes',
    ]);
  });

  it.each([
    ['approve', { outcome: 'Escalated', reason: 'ladderExhausted', steps: ['evictPod unhealthy'] }],
    ['reject', { outcome: 'Escalated', reason: 'approvalRejected', steps: [] }],
    ['nothing', { outcome: 'Escalated', reason: 'approvalExpired', steps: [] }],
  ] as const)('depends on what people say: %s', async (answer, expected) => {
    const policies = [aPolicy({ steps: [{ evictPod: {}, within: '5m' }], mode: 'Approve' })];
    expect(await story({ answer, policies })).toEqual(expected);
  });

  it('needs two people where the policy wants two', async () => {
    const policies = [aPolicy({ mode: 'Approve', approval: { twoPeople: true }, steps: [{ evictPod: {} }] })];
    expect(await story({ policies, remedy: 'heals' })).toMatchObject({ outcome: 'remediated' });
  });

  it('is only words under a policy that observes, or where the configuration allows no more', async () => {
    const observes = [aPolicy({ mode: 'Observe' })];
    expect((await ask({ policies: observes })).runs[0]?.report?.wouldHave).toEqual({
      action: 'evictPod',
      verdict: 'grant',
    });
    expect((await ask({ switches: { mode: 'Observe' } })).acts).toEqual([]);
  });

  it('names the policy, and why the others were not chosen', async () => {
    const policies = [aPolicy(), aPolicy({ match: { alerts: ['alertname="Other"'] } }, 'other')];
    expect((await ask({ policies })).alerts).toMatchObject([
      { policy: 'crash-loop', losers: [{ policy: 'other', why: 'alertname="Other" does not match' }] },
    ]);
    const { alerts, runs } = await ask({ alerts: [anAlert({ alertname: 'Other2' })] });
    expect(alerts[0]?.policy).toBeUndefined();
    expect(runs[0]?.report).toMatchObject({ outcome: 'notActionable', reason: 'noPolicy' });
  });

  it('is nothing for an object that is not there', async () => {
    expect(await story({ alerts: [anAlert({ pod: 'checkout-gone' })] })).toMatchObject({ reason: 'targetGone' });
  });

  it('heeds the disruption budget, the namespace and the switches of the copy', async () => {
    const budget = aSnapshot(
      ({ budgets }) => void budgets.splice(0, 1, { namespace: 'shop', labels: { app: 'checkout' }, minAvailable: 3 }),
    );
    expect(await story({ snapshot: budget })).toMatchObject({ reason: 'evictionBlocked' });
    const paused = aSnapshot(({ namespaces }) =>
      namespaces.set('shop', { labels: {}, annotations: { 'mendflow.dev/pause-until': 'INC-17' } }),
    );
    expect(await story({ snapshot: paused })).toMatchObject({ reason: 'paused' });
    const configMap = { namespace: 'ops', name: 'pause' };
    const thrown = aSnapshot(({ configMaps }) => configMaps.set('ops/pause', { paused: 'stop' }));
    expect(await story({ snapshot: thrown, switches: { mode: 'Auto', configMap } })).toMatchObject({
      reason: 'paused',
    });
  });

  it('keeps the age of what the copy shows, however long a run is held', async () => {
    const policies = [
      aPolicy({
        verify: [{ podCondition: { reason: 'CrashLoopBackOff', restartsAtLeast: 3, within: '15m' } }],
        guards: { windows: [{ schedule: '0 12 * * *', duration: '1h' }], holdAtMost: '4h' },
      }),
    ];
    const { acts } = await ask({ policies, remedy: 'heals' });
    expect(acts.map(({ atMs }) => new Date(atMs).toISOString())).toEqual([expect.stringMatching(/^2026-03-02T12:0/)]);
  });

  it('lets a pod that was on its way out go', async () => {
    const leaving = aSnapshot(({ pods }) => {
      const [first] = pods;
      if (first !== undefined)
        pods.push({ ...first, ref: { ...first.ref, name: 'old', uid: 'old' }, isTerminating: true });
    });
    expect(await story({ snapshot: leaving, remedy: 'heals' })).toMatchObject({ outcome: 'remediated' });
  });

  it('judges each alert of several, and joins those of one workload', async () => {
    const alerts = [anAlert(), anAlert({ severity: 'critical' })];
    const { runs } = await ask({ alerts, remedy: 'heals' });
    expect(runs.map(({ report }) => report?.outcome)).toEqual(['remediated', 'merged']);
  });

  it('goes no further than it is asked', async () => {
    const { runs } = await ask({ atMostMs: 60_000 });
    expect(runs[0]).toMatchObject({ status: { phase: 'AwaitingHealthy' } });
    expect(runs[0]?.report).toBeUndefined();
  });
});

describe('a policy that asks Prometheus', () => {
  const query = 'max(memory{namespace="{{namespace}}", pod="{{pod}}"}) > 0.8';
  const policies = [aPolicy({ verify: [{ promql: { query, for: '5m' } }], steps: [{ evictPod: {}, within: '5m' }] })];
  const filled = `max(memory{namespace="shop", pod="${crashing}"}) > 0.8`;

  it('is taken to be right when none is named, and no more once its workload is cured', async () => {
    const { assumptions, runs } = await ask({ policies, remedy: 'heals' });
    expect(runs[0]?.report).toMatchObject({ outcome: 'remediated' });
    expect(assumptions).toContain('every promql check holds; no Prometheus is asked');
  });

  it('asks a real one before time begins to jump, each question once', async () => {
    const asked: unknown[] = [];
    const prometheus = {
      query: async (promql: string, options: object = {}) => {
        asked.push([promql, options]);
        return [0.93];
      },
    };
    const { assumptions, runs } = await ask({ policies, prometheus, remedy: 'heals' });
    expect(asked).toEqual([
      [filled, {}],
      [filled, { heldForMs: 300_000 }],
    ]);
    expect(runs[0]?.status.timeline.find(({ what }) => what.startsWith('verified live'))?.detail?.evidence).toContain(
      'measured 0.93',
    );
    expect(assumptions).toContain('Prometheus was asked once; about fresh pods it says the same');
  });

  it('does nothing when the real one says no', async () => {
    const { acts } = await ask({ policies, prometheus: { query: async () => [] } });
    expect(acts).toEqual([]);
  });

  it('fails when the real one does', async () => {
    const prometheus = { query: () => Promise.reject(new Error('away')) };
    await expect(ask({ policies, prometheus })).rejects.toThrow('away');
  });
});
