import { describe, expect, it } from '@jest/globals';
import { silent } from '../../sandbox/progress.ts';
import { unlessOptional } from '../../sandbox/start-parts.ts';

const instead = 'the demo sends its alerts itself.';

/** What was said while the work of the part was done, and its result. */
async function attempt(optional: object, work: () => Promise<string>) {
  const said: string[] = [];
  const progress = { ...silent, say: (line: string) => said.push(line) };
  return { result: await unlessOptional({ progress }, 'monitoring', optional, work), said };
}

const breaks = () => Promise.reject(new Error('alertmanager ended with exit code 1'));

describe('an optional part', () => {
  it('that fails is left out, and it is said what is missing, why, and what happens instead', async () => {
    expect(await attempt({ monitoring: instead }, breaks)).toEqual({
      result: undefined,
      said: [`Going on without Prometheus and Alertmanager: ${instead}\nWhy: alertmanager ended with exit code 1`],
    });
  });

  it('that works is there, and nothing is said', async () => {
    expect(await attempt({ monitoring: instead }, () => Promise.resolve('up'))).toEqual({ result: 'up', said: [] });
  });
});

describe('a part that is needed', () => {
  it('ends the start when it fails', async () => {
    await expect(attempt({}, breaks)).rejects.toThrow('alertmanager ended with exit code 1');
  });
});
