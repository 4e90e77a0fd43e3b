import { describe, expect, it } from '@jest/globals';
import { createLintThread } from '../../cli/lint-thread.ts';
import { aPolicyDocument, now } from '../support/builders.ts';

const settings = { receivers: ['oncall-chat'], hasFallbackReceiver: false };
const file = (text: string) => ({ name: 'p.yaml', text });
const good = file(JSON.stringify(aPolicyDocument({ escalation: [{ notify: ['oncall-chat'] }] })));

describe('a thread that lints', () => {
  it('finds what is wrong, and knows the actions and receivers', async () => {
    const lint = createLintThread(settings);
    expect(await lint([good], now)).toEqual({ policies: 1, findings: [] });
    expect(await lint([file('a: [')], now)).toMatchObject({ policies: 0, findings: [{ code: 'yamlSyntax' }] });
  });

  it('is ended where it takes too long or too much memory, and the next one is served', async () => {
    const inNoTime = createLintThread(settings, { deadlineMs: 1 });
    await expect(inNoTime([good], now)).rejects.toMatchObject({ code: 'TOO_COMPLEX' });
    const small = createLintThread(settings, { heapMb: 8 });
    const large = Array.from({ length: 100 }, () => file(`a:\n${'  - [1, 2, 3]\n'.repeat(5_000)}`));
    await expect(small(large, now)).rejects.toMatchObject({ code: 'TOO_COMPLEX' });
  });

  it('is one of few: more are refused until one is done', async () => {
    const lint = createLintThread(settings, { atOnce: 1 });
    const first = lint([good], now);
    await expect(lint([good], now)).rejects.toMatchObject({ code: 'OVERLOADED', retryAfterMs: 8_000 });
    await first;
    expect((await lint([good], now)).policies).toBe(1);
  });
});
