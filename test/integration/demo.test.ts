import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';

const demo = join(import.meta.dirname, '..', '..', 'sandbox', 'demo', 'index.ts');

async function runDemo(args: readonly string[], env = {}): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [demo, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output: stripVTControlCharacters(output) };
}

describe('the demo', () => {
  it('heals a leaking pod, asks a person about a hopeless release, and ends with 0', async () => {
    const { code, output } = await runDemo(['--exit']);
    expect(output).toContain('ready for alerts');
    expect(output).toMatch(/: remediated\n {2}shop\/checkout-\S+ \S+ → evictPod → healthy in/);
    expect(output).toMatch(/PodCrashLooping: escalated\n {2}shop\/payments-\S+: escalated, taken over by demo/);
    expect(output).toMatch(/approve by demo/);
    expect(code).toBe(0);
  }, 240_000);

  it('goes on without monitoring where Alertmanager does not start, and says so', async () => {
    const { code, output } = await runDemo(['--exit'], { MENDFLOW_BIN_ALERTMANAGER: '/bin/false' });
    expect(output).toContain('Going on without Prometheus and Alertmanager: the demo sends its alerts itself');
    expect(output).toContain('Why: alertmanager ended with exit code 1');
    expect(output).toMatch(/: remediated\n {2}shop\/checkout-\S+ \S+ → evictPod → healthy in/);
    expect(code).toBe(0);
  }, 240_000);

  it('names the faults that it can play', async () => {
    const { code, output } = await runDemo(['--fault', 'list']);
    expect(output).toMatch(/^ {2}crash-loop +A pod that crashes again and again$/m);
    expect(code).toBe(0);
  });

  it.each([[['--context', 'prod']], [['--no-such-option']], [['--fault', 'flu']]])(
    'refuses %j with 2 and its usage',
    async (args) => {
      const { code, output } = await runDemo(args);
      expect(output).toContain('usage: npm run demo');
      expect(code).toBe(2);
    },
  );
});
