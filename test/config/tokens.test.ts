import { describe, expect, it } from '@jest/globals';
import { type ConfigSources, loadConfig } from '../../config/config.ts';

const intake = 'intake-token-of-the-test';
const long = 'a-secret-of-more-than-thirty-two-characters';
const anEnv = (more: Record<string, string> = {}) => ({
  MENDFLOW_INTAKE_TOKENS: intake,
  MENDFLOW_API_TOKENS: 'alice=alices-token-of-the-test',
  ...more,
});

/** Sources whose files are the texts given. */
const withFiles = (files: Record<string, string>, sources: Omit<ConfigSources, 'readFile'>): ConfigSources => ({
  ...sources,
  readFile: (path) => {
    const text = files[path];
    if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    return text;
  },
});

function faultsOf(sources: ConfigSources): string[] {
  try {
    loadConfig(sources);
  } catch (cause) {
    expect(cause).toMatchObject({ code: 'INVALID_CONFIG' });
    return (cause as Error).message.split('\n  ').slice(1);
  }
  return [];
}

describe('tokens of the intake', () => {
  it.each([
    ['a token alone', intake, { name: 'intake-1', token: intake }],
    [
      'a token in base64, with its padding',
      'dG9rZW4tb2YtdGhlLXRlc3Q==',
      { name: 'intake-1', token: 'dG9rZW4tb2YtdGhlLXRlc3Q==' },
    ],
    ['a token with a name', `am-eu=${intake}==`, { name: 'am-eu', token: `${intake}==` }],
    [
      'a token with clusters',
      `am@eu-1+arn:aws:eks:x=${intake}`,
      { name: 'am', clusters: ['eu-1', 'arn:aws:eks:x'], token: intake },
    ],
  ])('can be %s', (_what, text, expected) => {
    expect(loadConfig({ env: { MENDFLOW_INTAKE_TOKENS: text } }).api.intakeTokens).toEqual([expected]);
  });

  it('can be in parts in the file, the secret elsewhere', () => {
    const yaml = `api:
  intakeTokens:
    - ${intake}
    - { name: am-eu, token: { env: AM_EU }, clusters: [eu-1, eu-2] }`;
    const config = loadConfig(withFiles({ m: yaml }, { env: { AM_EU: `eu-${intake}` }, file: 'm' }));
    expect(config.api.intakeTokens).toEqual([
      { name: 'intake-1', token: intake },
      { name: 'am-eu', token: `eu-${intake}`, clusters: ['eu-1', 'eu-2'] },
    ]);
  });

  it('can be the watcher’s too', () => {
    expect(faultsOf({ env: anEnv({ MENDFLOW_WATCHER_TOKEN: intake }) })).toEqual([]);
  });
});

describe('faults', () => {
  it.each([
    [{ MENDFLOW_API_TOKENS: `ada=${intake}` }, 'api.tokens (ada): holds the same secret as api.intakeTokens (am)'],
    [{ MENDFLOW_INTAKE_TOKENS: `am=${intake},${intake}` }, 'api.intakeTokens (intake-2): holds the same secret as'],
    [{ MENDFLOW_API_TOKENS: `ada=${long},bob=${long}` }, 'api.tokens (bob): holds the same secret as api.tokens (ada)'],
    [
      { MENDFLOW_API_TOKENS: `ada=${long}`, MENDFLOW_APPROVAL_KEY: `k:${long}` },
      'approval.key (k): holds the same secret as',
    ],
    [
      { MENDFLOW_APPROVAL_KEY: `k:${long}`, MENDFLOW_WATCHER_TOKEN: long },
      'watcher.token: holds the same secret as approval.key (k)',
    ],
  ])('name both places of a secret that is used twice, and not the secret', (env, expected) => {
    const faults = faultsOf({ env: anEnv({ MENDFLOW_INTAKE_TOKENS: `am=${intake}`, ...env }) });
    expect(faults).toEqual([expect.stringContaining(expected)]);
    expect(faults.join()).not.toMatch(new RegExp(`${intake}|${long}`));
  });
});
