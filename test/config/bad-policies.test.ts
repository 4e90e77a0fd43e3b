import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { actions } from '../../activities/actions/index.ts';
import { verify } from '../../activities/verify.ts';
import { openPolicyFolder, type PolicySource } from '../../config/policy-folder.ts';
import { type PlacedPolicies, placePolicies } from '../../config/policy-text.ts';
import { anOomKilledPod } from '../activities/support/builders.ts';
import { anAlert, depsOf } from '../activities/support/cluster-deps.ts';
import { TestCluster } from '../activities/support/test-cluster.ts';
import type { BadPolicy } from './bad-policies/bad-policy.ts';
import { good } from './bad-policies/good-policy.ts';
import { hostileYaml } from './bad-policies/hostile-yaml.ts';
import { wrongKinds } from './bad-policies/kinds.ts';
import { wrongMeanings } from './bad-policies/meanings.ts';
import { wrongValues } from './bad-policies/values.ts';

const vocabulary = { actions, receivers: ['chat', 'oncall'] };
const known = new Map<string, PlacedPolicies>();
function read(text: string): PlacedPolicies {
  const found = known.get(text) ?? placePolicies('p.yaml', text, vocabulary);
  known.set(text, found);
  return found;
}
const bad = [...wrongKinds, ...wrongValues, ...wrongMeanings, ...hostileYaml];
const inBrief = (policies: readonly BadPolicy[]) => policies.map((policy) => [policy.name, policy] as const);

describe('the policy that has every field', () => {
  it('is good, so that what is wrong with the others is the one thing that differs', () => {
    expect(read(good)).toMatchObject({ policies: [{ policy: { metadata: { name: 'crash-loop' } } }], faults: [] });
  });
});

describe('a bad policy', () => {
  it(`is one of ${bad.length}, each another one`, () => {
    expect(bad.length).toBeGreaterThanOrEqual(200);
    expect(new Set(bad.map(({ text }) => text)).size).toBe(bad.length);
  });

  describe.each([
    ['with a value of another kind', wrongKinds],
    ['with a value that does not fit, a field that is missing, unknown or there twice', wrongValues],
    ['whose text means nothing', wrongMeanings],
    ['that is no plain YAML', hostileYaml],
  ])('%s', (_, policies) => {
    it.each(inBrief(policies))(
      '%s: is refused with its place and what to write',
      (__, { text, line, field, says, write }) => {
        const { faults } = read(text);
        const here = faults.filter((fault) => fault.field === field && fault.line === line);
        const places = faults.slice(0, 5).map((fault) => `${fault.line} ${fault.field}: ${fault.message}`);
        expect({ line, field, places: here.length > 0 ? 'there' : places }).toEqual({ line, field, places: 'there' });
        for (const part of says) expect(here.map(({ message }) => message).join('\n')).toContain(part);
        expect(here.map(({ fix }) => fix).join('\n')).toContain(write);
      },
    );
  });

  it('is never told with words that only a program understands', () => {
    for (const { text, name } of bad) {
      for (const { message, fix, file } of read(text).faults) {
        expect([name, `${message} ${fix}`]).toEqual([
          name,
          expect.not.stringMatching(/undefined|\bnull\b|\[object|NaN|\n/),
        ]);
        expect([name, fix]).toEqual([name, expect.stringMatching(/^[A-Z].*\.$/)]);
        expect(file).toBe('p.yaml');
      }
    }
  });

  it('fills neither logs nor messages, however many faults it has', () => {
    for (const { text } of bad) expect(read(text).faults.length).toBeLessThanOrEqual(101);
    expect(read('---\na: 1\n'.repeat(300)).faults.at(-1)?.message).toBe('has more faults from here on');
  });
});

describe('beside a good policy in force', () => {
  let folder: string;
  let source: PolicySource;
  const refused: string[][] = [];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'bad-policies-'));
    writeFileSync(join(folder, 'good.yaml'), good.replace('mode: Auto', 'mode: Observe'));
    source = openPolicyFolder(folder, vocabulary, { loaded: () => {}, refused: (faults) => refused.push([...faults]) });
    source.close();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(inBrief(bad))('%s: the set stays as it was, and an alarm is raised', (_, { text, line }) => {
    const before = source.current();
    refused.length = 0;
    writeFileSync(join(folder, 'bad.yaml'), text.replace('name: crash-loop', 'name: other'));
    source.reload();
    expect(source.current()).toBe(before);
    expect(refused).toHaveLength(1);
    expect(refused[0]?.join('\n')).toContain(line === undefined ? 'bad.yaml: ' : `bad.yaml:${line}`);
  });

  it('what it says is not done: an alert is judged by the old set', async () => {
    const cluster = new TestCluster();
    cluster.put(anOomKilledPod());
    const alert = anAlert({ namespace: 'shop', pod: 'checkout-1' });
    const verified = () => verify(depsOf(cluster, { policies: source.current }), { alert });
    const policyFor = (spec: string) =>
      `${good.split('spec:')[0]}spec: { ${spec}, match: { alerts: [alertname=MemoryLeakDetected] }, scope: { namespaces: [shop] }, verify: [{ podCondition: { reason: OOMKilled } }], steps: [{ evictPod: {} }] }\n`;
    rmSync(join(folder, 'bad.yaml'));
    writeFileSync(join(folder, 'good.yaml'), policyFor('mode: Observe'));
    source.reload();
    expect(await verified()).toMatchObject({ kind: 'actionable', plan: { mode: 'Observe' } });
    writeFileSync(join(folder, 'good.yaml'), policyFor('mode: Auto, priorty: 1'));
    source.reload();
    expect(await verified()).toMatchObject({ kind: 'actionable', plan: { mode: 'Observe' } });
    expect(cluster.calls.filter((call) => /^(evict|restart)/.test(call))).toEqual([]);
    writeFileSync(join(folder, 'good.yaml'), policyFor('mode: Auto, priority: 1'));
    source.reload();
    expect(await verified()).toMatchObject({ kind: 'actionable', plan: { mode: 'Auto' } });
  });
});
