import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { rules } from '../../../../domain/guard/rules/index.ts';
import { defaultLimits, type Rule } from '../../../../domain/guard/rules/rule.ts';
import { pauseAnnotation } from '../../../../domain/policy/switches.ts';
import { optOutLabel } from '../../../../domain/run/contract.ts';
import { reasons } from '../../../../domain/run/reasons.ts';
import { root } from '../../../architecture/source-files.ts';
import { aGuardInput, aGuardState, aPermitRequest } from '../../../support/builders.ts';
import { cases } from './cases.ts';

interface JsonSchema {
  properties: Record<string, unknown>;
}

const folder = join(root, 'domain', 'guard', 'rules');
const files = readdirSync(folder).filter((name) => !['index.ts', 'rule.ts', 'README.md'].includes(name));
const names = rules.map(({ name }) => name);
const isRule = (value: unknown): value is Rule => typeof value === 'object' && value !== null && 'judge' in value;

describe('the list of rules', () => {
  it('holds the one rule of each file of the folder, each once', async () => {
    const found = await Promise.all(
      files.map(async (file) => {
        const exported = (await import(join(folder, file))) as Record<string, unknown>;
        const [rule, ...more] = Object.values(exported).filter(isRule);
        expect([file, rule !== undefined, more]).toEqual([file, true, []]);
        return rule;
      }),
    );
    expect(new Set(found)).toEqual(new Set(rules));
    expect(found).toHaveLength(rules.length);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(rules)('$name has no rejection to a first, modest request', ({ judge }) => {
    expect(judge(aGuardInput())).toBeUndefined();
  });

  it.each(rules)('$name says in one sentence when it objects', ({ summary }) => {
    expect(summary).toMatch(/^(Denies|Holds|Lets)\b.*\.$/);
  });
});

/** How each rule objects in its own case: a denial ends the step, a hold makes the run wait. */
const rejections = new Map(
  rules.map(({ name, judge }) => {
    const { state = {}, request = {} } = cases[name] ?? {};
    return [name, judge(aGuardInput({ state: aGuardState(state), request: aPermitRequest(request) }))];
  }),
);
const denying = names.filter((name) => rejections.get(name)?.kind === 'deny');
const holding = names.filter((name) => rejections.get(name)?.kind === 'hold');
/** One node, one cause, one place: what many runs meet at once. */
const sharedCauses = ['silentNode', 'correlated', 'maxUnhealthy'];
const others = (...first: string[]) => names.filter((name) => !first.includes(name));
const sharedCapacity = ['drains', 'scopedBudgets', 'budget', 'zones'];

describe('the order of the rules, of which the first rejection is the answer', () => {
  it('has a case in which each of them objects', () => {
    expect([...denying, ...holding].sort()).toEqual([...names].sort());
  });

  it('knows a cause that many runs share by one incident, of which people hear once', () => {
    expect(sharedCauses.filter((name) => rejections.get(name)?.incident === undefined)).toEqual([]);
  });

  it.each([
    ['says what stops everything before anything else', ['paused'], others('paused')],
    ['says next that a storm is on: it explains everything below it', ['storm'], others('paused', 'storm')],
    ['asks whose the object is before it judges the object', ['ownedTarget'], others('paused', 'storm', 'ownedTarget')],
    [
      'lets a second alert join the run of its workload before anything is said about that workload',
      ['concurrency'],
      others('paused', 'storm', 'ownedTarget', 'concurrency'),
    ],
    [
      'names a cause that many runs share before a rule sends one of those runs to a person by itself',
      sharedCauses,
      ['flapping', 'sameFailure', 'unhelpful', 'attempts', 'minReady'],
    ],
    [
      'refuses for good before it makes a run wait: nobody waits for a refusal',
      denying,
      holding.filter((name) => !sharedCauses.includes(name) && name !== 'concurrency'),
    ],
    [
      'asks last for what all workloads share, so that only a step that may be taken counts against it',
      others(...sharedCapacity),
      sharedCapacity,
    ],
  ])('%s', (_, earlier, later) => {
    expect(earlier.length * later.length).toBeGreaterThan(0);
    const wrong = earlier.flatMap((one) => later.filter((two) => names.indexOf(two) <= names.indexOf(one)));
    expect(wrong).toEqual([]);
  });
});

describe('what a rule says of itself', () => {
  it('gives each reason to one rule, and only reasons that exist', () => {
    const given = rules.flatMap((guard) => guard.reasons);
    expect(new Set(given).size).toBe(given.length);
    expect(given.filter((reason) => !Object.keys(reasons).includes(reason))).toEqual([]);
  });

  it.each(rules)('$name objects in its own case with a reason that it names', ({ name, reasons: given }) => {
    expect(given).toContain(rejections.get(name)?.reason);
  });

  it.each(files)('%s names every reason that its code gives, and no other', async (file) => {
    const [rule] = Object.values((await import(join(folder, file))) as object).filter(isRule);
    const code = readFileSync(join(folder, file), 'utf8').replace(/reasons: \[[^\]]*\]/, '');
    const written = Object.keys(reasons).filter((reason) => code.includes(`'${reason}'`) && reason !== rule?.name);
    const own = rule?.reasons.filter((reason) => reason !== rule.name) ?? [];
    expect(written.sort()).toEqual([...own].sort());
  });

  /** The fields of a section of a published schema. */
  const fieldsOf = (file: string, ...path: string[]) => {
    let section = JSON.parse(readFileSync(join(root, 'docs', 'reference', file), 'utf8')) as JsonSchema;
    for (const name of path) section = section.properties[name] as JsonSchema;
    return Object.keys(section.properties);
  };
  const settable = [
    ...fieldsOf('policy.schema.json', 'spec', 'guards').map((name) => `guards.${name}`),
    ...fieldsOf('policy.schema.json', 'spec', 'scope').map((name) => `scope.${name}`),
    ...fieldsOf('configuration.schema.json', 'guard').map((name) => `config: guard.${name}`),
    ...['mendflow pause', `annotation ${pauseAnnotation}`, `label ${optOutLabel}: disabled`],
  ];
  const named = rules.flatMap(({ settings }) => settings);

  it('names only settings that exist', () => {
    expect(named.filter((setting) => !settable.includes(setting))).toEqual([]);
  });

  it('leaves no setting of the guard without a rule that follows it', () => {
    // How far a policy goes, how long a run waits, what it may change, and how fast it is looked at again are no rules.
    const notOfRules = ['config: guard.mode', 'guards.holdAtMost', 'scope.managedBy', 'config: guard.sweep'];
    expect(settable.filter((setting) => !named.includes(setting)).sort()).toEqual(notOfRules.sort());
  });
});

describe('the bounds, unless the configuration says otherwise,', () => {
  const page = readFileSync(join(root, 'docs', 'safety.md'), 'utf8').replace(/\s+/g, ' ');
  const { budget, concurrency, drains, storm, controlPlane, zoneSpacingMs } = defaultLimits;
  const inMinutes = (ms: number) => ({ 60000: 'a minute', 120000: 'two minutes', 300000: 'five', 600000: 'ten' })[ms];

  it.each([
    `at most ${budget.burst + budget.perWindow} disruptive acts [${budget.burst} at once, ${budget.perWindow} in ${inMinutes(budget.windowMs)} minutes]`,
    `than the namespace [${concurrency.namespace}] and the cluster [${concurrency.cluster}]`,
    `one node at a time in a cluster, ${drains.max === 2 ? 'two' : drains.max} in an hour`,
    `more than ${storm.workloads} workloads alert within ${inMinutes(storm.withinMs)} minutes`,
    `more than ${storm.percent} %, and at least ${storm.atLeast === 5 ? 'five' : storm.atLeast}, of a namespace's workloads`,
    `one act through every ${inMinutes(storm.paceMs)}`,
    `After ${inMinutes(storm.calmMs)} calm minutes it is over`,
    `slower than ${controlPlane.p99Ms / 1_000} s (p99)`,
    `more than ${controlPlane.throttledPercent} % of the calls throttled, or more than ${controlPlane.notReadyPercent} % of the nodes`,
    `Acts in two zones are ${inMinutes(zoneSpacingMs)} apart`,
  ])('are those of the safety page: %s', (words) => {
    expect(page).toContain(words);
  });
});
