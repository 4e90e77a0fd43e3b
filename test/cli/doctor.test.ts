import { describe, expect, it } from '@jest/globals';
import { commands } from '../../cli/commands.ts';
import { runCommandLine } from '../../cli/run.ts';
import { FakeTerminal } from './support/command-line.ts';

/** Nothing is where the configuration says. */
const nowhere = {
  ...{ TEMPORAL_ADDRESS: '127.0.0.1:1', KUBECONFIG: '/nowhere/kubeconfig', MENDFLOW_POLICIES: 'policies' },
  MENDFLOW_APPROVAL_KEY: 'an-approval-key-of-the-tests-0123456789',
};

async function doctor(env: Record<string, string>) {
  const terminal = new FakeTerminal();
  terminal.env = env;
  const code = await runCommandLine(['doctor'], terminal, commands);
  return { code, out: terminal.out.join('\n'), err: terminal.err.join('\n') };
}

describe('mendflow doctor', () => {
  it('says in a line each what is well, what fails and how to mend it, and what was not looked at', async () => {
    const { code, out, err } = await doctor(nowhere);
    expect(out).toMatch(/^ok {7}signing key: .* signs approvals and permits$/m);
    expect(out).toMatch(/^ok {7}policies: \d+ in policies, 0 of them may act \(Auto or Approve\)$/m);
    expect(out).toMatch(/^failed {3}temporal: .*ECONNREFUSED 127\.0\.0\.1:1\.\n {9}fix: Check TEMPORAL_ADDRESS/m);
    expect(out).toMatch(/^skipped {2}worker, hub: not looked at, because temporal failed$/m);
    expect(out).toMatch(/^failed {3}kubernetes: .*\n {9}fix: Set KUBECONFIG to a file that can be read/m);
    expect(out).toMatch(/^skipped {2}rights: not looked at, because kubernetes failed$/m);
    expect(out).toMatch(/^failed {3}prometheus: .*memory-leak.* can verify nothing\n {9}fix: Set prometheus\.url/m);
    expect(out).toMatch(/^failed {3}receivers: no receiver is configured/m);
    expect(err).toMatch(/^2 ok, 0 warnings, 4 failed, \d+ skipped$/m);
    expect(code).toBe(1);
  });

  it('warns where no key signs, because nothing acts then', async () => {
    const { MENDFLOW_APPROVAL_KEY: _, ...env } = nowhere;
    const { out } = await doctor(env);
    expect(out).toMatch(/^warning {2}signing key: no action is taken.*\n {9}fix: Set MENDFLOW_APPROVAL_KEY/m);
  });

  it('lists every fault of a configuration that cannot be read, with exit code 2', async () => {
    const { code, err } = await doctor({ ...nowhere, MENDFLOW_WORKER_PORT: 'high' });
    expect(err).toContain('MENDFLOW_WORKER_PORT');
    expect(code).toBe(2);
  });
});
