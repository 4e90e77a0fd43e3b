import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { policyNews } from '../../domain/policy/listing.ts';
import { followPolicies } from '../../sandbox/policy-news.ts';
import { eventually } from '../../sandbox/process.ts';

const line = (msg: string, detail: string) => `${JSON.stringify({ level: 'info', msg, detail })}\n`;

describe('the console of npm start', () => {
  it('says at once that an edited policy is refused, and why, and when it is in force', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mendflow-test-'));
    const log = join(folder, 'worker.log');
    writeFileSync(log, line(policyNews.loaded, 'before'));
    const said: string[] = [];
    const following = followPolicies(log, (news) => said.push(news));
    try {
      appendFileSync(log, line(policyNews.refused, 'a.yaml:7 spec.mode: no\nb.yaml:1 kind: no'));
      appendFileSync(log, `no JSON\n${line('a run began', 'x')}${line(policyNews.loaded, 'memory-leak, crash-loop')}`);
      expect(await eventually(async () => said.length === 2, 5_000)).toBe(true);
      expect(said).toEqual([
        'policies refused; those before stay in force:\n  a.yaml:7 spec.mode: no\n  b.yaml:1 kind: no',
        'policies: memory-leak, crash-loop in force',
      ]);
    } finally {
      following.close();
      rmSync(folder, { recursive: true });
    }
  });
});
