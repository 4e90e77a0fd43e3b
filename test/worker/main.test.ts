import { describe, expect, it } from '@jest/globals';
import type { Config } from '../../config/config.ts';
import { sayWhoIsTold } from '../../worker/main.ts';

type Receivers = Config['receivers'];

/** What is logged at the start with these receivers, with its level. */
function saidWith(receivers: readonly { name: string; fallback: boolean }[]): string[] {
  const said: string[] = [];
  const at = (level: string) => (_: unknown, text: string) => void said.push(`${level}: ${text}`);
  sayWhoIsTold({ receivers: receivers as Receivers }, { info: at('info'), warn: at('warn') } as never);
  return said;
}

describe('at its start the worker of the role hub', () => {
  it('warns where nobody is told when a person is needed', () => {
    expect(saidWith([])).toEqual([expect.stringMatching(/^warn: no receiver is configured/)]);
  });

  it('says who is told where a policy names nobody, and how another one is chosen', () => {
    const oncall = { name: 'oncall', fallback: true };
    expect(saidWith([oncall, { name: 'chat', fallback: false }])).toEqual([
      'info: receiver oncall is told of storms and outages, and of what no policy addresses; fallback: true on a receiver chooses it',
    ]);
  });
});
