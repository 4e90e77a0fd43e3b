import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { policyNews } from '../../domain/policy/listing.ts';
import { followPolicies } from '../../sandbox/policy-news.ts';
import { until } from '../support/product/until.ts';

const line = (msg: string, detail: unknown) => `${JSON.stringify({ level: 'info', msg, detail })}\n`;

let folder: string;
let log: string;
let said: string[];
let following: ReturnType<typeof followPolicies>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mendflow-test-'));
  log = join(folder, 'worker.log');
  writeFileSync(log, `${line(policyNews.loaded, 'before')}${line(policyNews.loaded, 'half written').slice(0, 20)}`);
  said = [];
  following = followPolicies(log, (news) => said.push(news));
});
afterEach(() => {
  following.close();
  rmSync(folder, { recursive: true });
});

const write = (text: string | Buffer) => appendFileSync(log, text);
const isSaid = (count: number) => until(`${count} sentences`, async () => said.length >= count, 4_000);

describe('the console of npm start', () => {
  it('says at once that an edited policy is refused, and why, and when it is in force', async () => {
    write(`\n${line(policyNews.refused, 'a.yaml:7 spec.mode: no\nb.yaml:1 kind: no')}`);
    write(`no JSON\n${line('a run began', 'x')}${line(policyNews.loaded, 'memory-leak, crash-loop')}`);
    await isSaid(2);
    expect(said).toEqual([
      'policies refused; those before stay in force:\n  a.yaml:7 spec.mode: no\n  b.yaml:1 kind: no',
      'policies: memory-leak, crash-loop in force',
    ]);
  });

  it.each([
    ['is no JSON, although it begins like it', "{ not: 'json' }\n"],
    ['is about nothing that is known', '{"msg":"toString"}\n'],
    ['has no text as its message', '{"msg":["policies loaded"],"detail":7}\n'],
  ])('says nothing of a line that %s, and goes on with the next', async (_, odd) => {
    write(`\n${odd}${line(policyNews.loaded, 'crash-loop')}`);
    await isSaid(1);
    expect(said).toEqual(['policies: crash-loop in force']);
  });

  it('says a line once it is finished, wherever it was cut', async () => {
    write(line(policyNews.loaded, 'half written').slice(20));
    await isSaid(1);
    const news = Buffer.from(line(policyNews.loaded, 'größe'));
    const inLetter = news.indexOf(0xc3) + 1;
    write(news.subarray(0, inLetter));
    write(news.subarray(inLetter));
    await isSaid(2);
    expect(said).toEqual(['policies: half written in force', 'policies: größe in force']);
  });
});
