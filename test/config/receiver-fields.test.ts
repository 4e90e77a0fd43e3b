import { describe, expect, it } from '@jest/globals';
import { configFaults } from '../../config/config.ts';

const faultsOf = (receiver: string) =>
  configFaults({ env: {}, file: 'm.yaml', readFile: () => `receivers: [{ name: a, ${receiver} }]` }).faults;

describe('a field that a receiver does not have', () => {
  it('is compared with those of its kind', () => {
    expect(faultsOf('type: slack, url: "http://a", chanel: C1')).toEqual([
      'm.yaml:1 receivers.0: chanel is not a setting; did you mean channel?',
    ]);
  });

  it('is not offered because another kind has it', () => {
    expect(faultsOf('type: discord, url: "http://a", secret: s')).toEqual([
      'm.yaml:1 receivers.0: secret is not a setting',
    ]);
  });
});
