import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../config/config.ts';
import { installationOf, markOf, otherInstallation } from '../../config/installation.ts';

const keyA = 'a'.repeat(40);
const keyB = 'b'.repeat(40);

const installation = (env: Record<string, string>) => installationOf(loadConfig({ env }));
const against = (ours: Record<string, string>, theirs: Record<string, string>) =>
  otherInstallation(installation(ours), [`worker-1/7 ${markOf(installation(theirs))}`], 'shared');

describe('an installation', () => {
  it('is the same whatever limits and receivers its processes have', () => {
    const changed = { MENDFLOW_CLUSTER: 'prod', MENDFLOW_APPROVAL_KEY: keyA, MENDFLOW_MODE: 'Observe' };
    expect(against({ MENDFLOW_CLUSTER: 'prod', MENDFLOW_APPROVAL_KEY: keyA }, changed)).toBeUndefined();
  });

  it('is another one with another cluster, unless both have the same name', () => {
    expect(against({ MENDFLOW_CLUSTER: 'prod-a' }, { MENDFLOW_CLUSTER: 'prod-b' })).toContain('"prod-b"');
    const name = { MENDFLOW_INSTALLATION: 'company' };
    expect(against({ MENDFLOW_CLUSTER: 'a', ...name }, { MENDFLOW_CLUSTER: 'b', ...name })).toBeUndefined();
  });

  it('is another one with another approval key, although all else is left at its default', () => {
    const words = against({ MENDFLOW_APPROVAL_KEY: keyA }, { MENDFLOW_APPROVAL_KEY: keyB });
    expect(words).toContain('worker-1/7');
    expect(words).toContain('TEMPORAL_NAMESPACE');
    expect(words).toContain('MENDFLOW_INSTALLATION');
    expect(words).not.toContain(keyA);
    expect(words).not.toContain(keyB);
  });

  it('goes on while a process has no key yet, and beside workers that say nothing of theirs', () => {
    expect(against({ MENDFLOW_APPROVAL_KEY: keyA }, {})).toBeUndefined();
    expect(otherInstallation(installation({}), ['12@host'], 'shared')).toBeUndefined();
  });
});
