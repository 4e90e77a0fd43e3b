import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { mendflow } from './support/command-line.ts';

const root = join(import.meta.dirname, '..', '..');
const snapshot = join(root, 'docs', 'examples', 'snapshot.json');
const policies = join(root, 'policies');
const alert = ['alertname=KubePodCrashLooping', 'namespace=shop', 'pod=checkout-7d9f6b8c5-x2x4z'];

/** Workflows run in a plain process only. */
function simulate(args: readonly string[], input = '') {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const words = [join(root, 'cli', 'main.ts'), 'simulate', '--snapshot', snapshot, '--policies', policies, ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { env, encoding: 'utf8', input });
  return { status, stdout, stderr };
}

describe('mendflow simulate', () => {
  it('prints the policy, the target, the ladder and the story with virtual times; nothing is written', () => {
    const { status, stdout } = simulate([...alert, '--mode', 'Auto']);
    expect(status).toBe(0);
    expect(stdout).toContain(
      `Simulated on the snapshot ${snapshot}, as of 2026-03-02T09:57:12.000Z; nothing was written.`,
    );
    expect(stdout).toMatch(/^Policy: +crash-loop$/m);
    expect(stdout).toMatch(
      /^Not chosen:\n(?: {2}.*\n)*? {2}memory-leak: alertname="MemoryLeakDetected" does not match$/m,
    );
    expect(stdout).toMatch(
      /^Ladder: +evictPod \(healthy within 10m\), then rollback \(healthy within 15m, approval Required\)$/m,
    );
    expect(stdout).toMatch(/^Outcome: +escalated, waits for a person \(ladderExhausted\)$/m);
    expect(stdout).toMatch(/\+0s +AwaitingPermit +the guard grants evictPod/);
    expect(stdout).toMatch(/\+10m +Escalated +told fallback/);
    expect(stdout).toMatch(/Would have done:\n {2}\+0s {2}evictPod on Pod shop\/checkout-7d9f6b8c5-x2x4z\n/);
  });

  it('shows a policy as it is, and how to see it act', () => {
    const { stdout, stderr } = simulate(alert);
    expect(stdout).toMatch(/^Outcome: +notActionable \(observeOnly\)$/m);
    expect(stdout).toContain('Would have done:\n  nothing\nWould have notified:\n  nobody');
    expect(stderr).toContain('--mode Auto shows the whole ladder');
  });

  it('takes a webhook from stdin and prints a document with -o json', () => {
    const item = (pod: string, status = 'firing') => ({
      status,
      labels: { alertname: 'KubePodCrashLooping', namespace: 'shop', pod },
    });
    const body = { alerts: [item('checkout-7d9f6b8c5-x2x4z'), item('checkout-old', 'resolved')] };
    const { status, stdout } = simulate(
      ['-', '--mode', 'Auto', '--remedy', 'heals', '-o', 'json'],
      JSON.stringify(body),
    );
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      at: '2026-03-02T09:57:12.000Z',
      alerts: [
        { policy: 'crash-loop', losers: expect.arrayContaining([expect.objectContaining({ policy: 'memory-leak' })]) },
      ],
      runs: [{ outcome: 'remediated', steps: [{ action: 'evictPod', result: 'kept' }] }],
      acts: [{ at: '2026-03-02T09:57:12.000Z', action: 'evictPod' }],
      told: [],
    });
  });

  it.each([
    ['no alert is named', '', /name an alert/],
    ['the snapshot is not there', 'a=b --snapshot /nowhere.json', /\/nowhere\.json: cannot be read \(ENOENT\)/],
    ['the alert has no name', `a=b --snapshot ${snapshot}`, /alert 1: labels\.alertname is missing/],
    [
      'there is no policy',
      `alertname=A --policies ${join(root, 'docs', 'adr')} --snapshot ${snapshot}`,
      /there is no policy in/,
    ],
    ['a time is invalid', `alertname=A --snapshot ${snapshot} --at soon`, /a time is written 2026-03-29T00:30:00Z/],
    ['a time is given for a live cluster', 'alertname=A --at 2026-03-29T00:30:00Z', /--at goes with --snapshot/],
    ['a remedy is unknown', 'alertname=A --remedy maybe', /Allowed choices are fails, heals/],
    ['an address is invalid', 'alertname=A --prometheus prometheus:9090', /must be an http or https URL/],
  ])('exits 2 when %s', async (_, args, message) => {
    const { code, err } = await mendflow(
      `simulate ${args.includes('--policies') ? '' : `--policies ${policies}`} ${args}`,
    );
    expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(message) });
  });
});
