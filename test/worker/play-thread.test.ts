import { afterEach, describe, expect, it } from '@jest/globals';
import type { NowQuestion } from '../../domain/analysis/explain.ts';
import { defaultLimits } from '../../domain/guard/rules/rule.ts';
import { createPlayThread, type PlayThread } from '../../worker/play-thread.ts';
import { aGuardState, anActionable, anAlert, now } from '../support/builders.ts';

const question = (given: Partial<NowQuestion> = {}): NowQuestion => ({
  ...{ alert: anAlert(), seen: anActionable(), guardState: aGuardState(), limits: defaultLimits, nowMs: now },
  ...given,
});

let plays: PlayThread;
afterEach(() => plays.close());

describe('a thread that plays runs', () => {
  it('says what a run would do, for several questions at once', async () => {
    plays = createPlayThread({ deadlineMs: 60_000 });
    const asking = { seen: anActionable({ spec: { mode: 'Approve' } }) };
    const answers = await Promise.all([plays.playNow(question()), plays.playNow(question(asking))]);
    expect(answers).toEqual([
      expect.stringContaining('It would evictPod on shop/checkout-1'),
      expect.stringContaining('It would ask a person for 15m at most'),
    ]);
  });

  it('says so where a play takes too long, and plays the next one', async () => {
    plays = createPlayThread({ deadlineMs: 1 });
    await expect(plays.playNow(question())).rejects.toThrow('the play took longer than 0.001 s');
    await plays.close();
    plays = createPlayThread({ deadlineMs: 60_000 });
    expect(await plays.playNow(question())).toContain('It would evictPod');
  });

  it('is begun anew after it was ended', async () => {
    plays = createPlayThread({ deadlineMs: 60_000 });
    const first = plays.playNow(question());
    await plays.close();
    await expect(first).rejects.toThrow('the thread that plays runs was ended');
    expect(await plays.playNow(question())).toContain('It would evictPod');
  });
});
