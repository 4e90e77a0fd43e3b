import { describe, expect, it } from '@jest/globals';
import type { NowQuestion } from '../../../domain/analysis/explain.ts';
import { defaultLimits } from '../../../domain/guard/rules/rule.ts';
import type { RefusedStep } from '../../../domain/run/refusals.ts';
import { playNow } from '../../../simulation/explain/play-now.ts';
import {
  aGuardState,
  anAct,
  anActionable,
  anAlert,
  aTarget,
  minutes,
  now,
  surroundings,
} from '../../support/builders.ts';

const quota: RefusedStep = { step: 0, code: 'NOT_REPLACEABLE', detail: 'evictPod: exceeded quota: q' };

interface Asked extends Partial<NowQuestion> {
  spec?: Record<string, unknown>;
  guard?: Parameters<typeof aGuardState>[0];
  target?: ReturnType<typeof aTarget>;
}

/** What a run of PodCrashLooping on shop/checkout-1 would do under the policy `crash-loop`. */
function would({ spec, guard = {}, target, ...given }: Asked = {}): Promise<string> {
  return playNow({
    ...{ alert: anAlert(), limits: defaultLimits, nowMs: now, guardState: aGuardState(guard) },
    seen: anActionable({ ...(spec && { spec }), ...(target && { target }) }),
    ...given,
  });
}

const act = 'evictPod on shop/checkout-1, and wait at most 5m until the workload is healthy';
const later = '; if that does not heal it: rolloutRestart';

describe('a run that is played until now', () => {
  it('acts when nobody objects', async () => {
    expect(await would()).toBe(`It would ${act}${later}.`);
  });

  it('asks a person in Approve mode', async () => {
    const words = `It would ask a person for 15m at most, and after approval ${act}${later}.`;
    expect(await would({ spec: { mode: 'Approve' } })).toBe(words);
  });

  it('asks two people where the policy wants them', async () => {
    expect(await would({ spec: { mode: 'Approve', approval: { twoPeople: true } } })).toContain(
      'It would ask two people',
    );
  });

  it('asks a person for a step that is risky only where it is', async () => {
    const spec = { steps: [{ evictPod: {}, approval: 'WhenRisky' }] };
    expect(await would({ spec })).toContain('It would evictPod');
    const alone = aTarget({ facts: { otherReadyPods: 0 } });
    const bold = { ...spec, guards: { minReady: 0 } };
    expect(await would({ spec: bold, target: alone })).toContain('It would ask a person');
  });

  it('waits while the guard holds its step', async () => {
    const words = await would({ guard: { acts: [anAct({ atMs: now - minutes(1) })] } });
    expect(words).toMatch(/^It would wait for the guard: remediated 1m ago; .*; it looks again in 4m\.$/);
  });

  it('goes on to the next step where the guard denies this one', async () => {
    const alone = aTarget({ facts: { otherReadyPods: 0, desiredPods: 1 } });
    const words = await would({ target: alone });
    expect(words).toMatch(/^It would not take a step \(tooFewReady\): the guard denies evictPod: .*\. It would /);
    expect(words).toContain('rolloutRestart on shop/checkout-1');
  });

  it('ends where the cluster is paused', async () => {
    const pauses = [{ id: 'p', who: 'ada', why: 'migration', sinceMs: now }];
    expect(await would({ guard: { pauses } })).toBe('Nothing would be done (paused): paused by ada: migration.');
  });

  it('counts the alert itself for a storm, as the guard would', async () => {
    const alerting = Array.from({ length: 20 }, (_, index) => {
      return { workload: `shop/Deployment/w${index}`, namespace: 'shop', atMs: now, traits: [], known: 100 };
    });
    expect(await would({ guard: { alerting } })).toMatch(/\(storm\)/);
  });

  it('joins the run that holds the workload', async () => {
    const place = { workload: 'shop/Deployment/checkout', namespace: 'shop' };
    const span = { grantedAtMs: now - 1_000, expiresAtMs: now + minutes(5) };
    const workflowId = 'remediation/default/PodCrashLooping/a1b2c3d4e5f60718';
    const lease = { ...place, ...span, requestId: 'r.1.0', workflowId, runId: 'r', action: 'evictPod', failure: 'x' };
    expect(await would({ guard: { leases: [lease] } })).toBe(`It would join ${workflowId}, which holds the workload.`);
  });

  it('only writes down in Observe mode', async () => {
    expect(await would({ spec: { mode: 'Observe' } })).toBe(
      'It would only write this down (mode Observe): would have taken evictPod, then rolloutRestart; the guard would have granted it.',
    );
  });

  it('says in Observe mode that the pod could not come back', async () => {
    expect(await would({ spec: { mode: 'Observe' }, refused: quota })).toContain(
      'granted it; the step would be refused (notReplaceable): evictPod: exceeded quota: q.',
    );
  });

  it('sends no dry run in DryRun mode', async () => {
    expect(await would({ spec: { mode: 'DryRun' } })).toContain('an explanation sends no dry run');
  });

  it.each(['Auto', 'Approve'])(
    'goes on to the next step in mode %s where the pod could not come back',
    async (mode) => {
      const words = await would({ spec: { mode }, refused: quota });
      expect(words).toMatch(/^It would not take a step \(notReplaceable\): .*exceeded quota: q\. It would /);
      expect(words).toContain('rolloutRestart on shop/checkout-1');
    },
  );

  it('asks a person for help where a right is missing', async () => {
    const refused = { ...quota, code: 'PERMISSION_DENIED', detail: 'evictPod: pods is forbidden' } as const;
    expect(await would({ refused })).toMatch(
      /It would ask a person for help \(permissionDenied\): .*pods is forbidden/,
    );
  });

  it('asks the guard before that', async () => {
    expect(await would({ refused: quota, guard: { acts: [anAct({ atMs: now - minutes(1) })] } })).toContain(
      'It would wait for the guard',
    );
  });

  it('asks a person at once where the policy has no step', async () => {
    expect(await would({ spec: { steps: [] } })).toMatch(/^It would ask a person for help \(ladderExhausted\): /);
  });

  it('does nothing without a fault', async () => {
    const seen = { kind: 'notActionable', reason: 'faultGone', detail: 'it does not crash', verifiedAt: '' } as const;
    expect(await would({ seen })).toBe('Nothing would be done (faultGone): it does not crash.');
  });

  it('looks again, and asks a person after five minutes, where a check cannot be asked', async () => {
    const seen = { kind: 'unreadable', code: 'PROMETHEUS_UNAVAILABLE', detail: 'Prometheus: refused' } as const;
    expect(await would({ seen })).toMatch(/^In (4m|5m)\S*: It would ask a person for help \(clusterUnavailable\): /);
  });

  it('is held by a cluster in trouble', async () => {
    const around = surroundings({ nodes: { total: 4, notReady: 4 } });
    expect(await would({ seen: anActionable({ surroundings: around }) })).toMatch(/^It would wait for the guard: /);
  });
});
