// What the documents claim of the code, compared with the code: a link that leads somewhere proves nothing.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { actions } from '../../activities/actions/index.ts';
import { commands } from '../../cli/commands.ts';
import { defaultLimits } from '../../domain/guard/rules/rule.ts';
import { guardSettings } from '../../domain/guard/settings.ts';
import { alertingKept } from '../../domain/guard/sightings.ts';
import { amountInWords } from '../../domain/policy/amount.ts';
import { humanMessages } from '../../domain/run/contract.ts';
import { subjectKinds, workloadKinds } from '../../domain/target/target.ts';
import { sandboxEntry } from '../../sandbox/command-entry.ts';
import { checkoutFiles, root } from './source-files.ts';

interface ImportRule {
  name: string;
  to: { pathNot?: unknown };
}
const rulesFile = join(root, '.dependency-cruiser.mjs');
const rules = ((await import(rulesFile)) as { default: { forbidden: ImportRule[] } }).default;

const tracked = checkoutFiles();
const read = (path: string) => readFileSync(join(root, path), 'utf8');
/** One statement of docs/safety.md, from its heading to the next one. */
const statement = (id: string) =>
  new RegExp(`^### ${id}\\n([\\s\\S]*?)(?=^##|$(?![\\s\\S]))`, 'm').exec(read('docs/safety.md'))?.[1] ?? '';
const actionOf = (wanted: string) => {
  const found = actions.find(({ name }) => name === wanted);
  if (found === undefined) throw new Error(`there is no action ${wanted}`);
  return found;
};
const kindsOf = (text: string) =>
  new Set(
    text.match(/\b(Deployment|\w+Set|Job|CronJob|Node|PersistentVolumeClaim|HorizontalPodAutoscaler|Service)\b/g),
  );

describe('a claim about commands', () => {
  const pages = tracked.filter((path) =>
    /^(docs\/.*\.md|README\.md|CONTRIBUTING\.md|CHANGELOG\.md|domain\/run\/errors\.ts|domain\/run\/reasons\.ts|\.github\/.*\.(md|yml))$/.test(
      path,
    ),
  );

  it.each(pages)('%s names only commands that the program has', (page) => {
    const names = [...commands.map(({ name }) => name), sandboxEntry.name, 'help'];
    const named = [...read(page).matchAll(/`mendflow ([a-z][a-z-]*)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !names.includes(name))).toEqual([]);
  });
});

describe('docs/safety.md', () => {
  it('says of L1 to L10 what the invariants of the search ask, word for word', () => {
    const invariants = tracked.filter((path) => /^test\/simulation\/invariants\/l\d+-/.test(path)).map(read);
    const asked = invariants.map((text) => ({
      name: /name: '(L\d+)'/.exec(text)?.[1] ?? '',
      words: /statement:\s*'([^']+)'/.exec(text)?.[1] ?? 'none',
    }));
    expect(asked).toHaveLength(10);
    const said = ({ name }: { name: string }) => statement(name).replace(/\s+/g, ' ');
    expect(asked.filter((one) => !said(one).includes(`**${one.words}**`))).toEqual([]);
  });

  it('names in G8 the kinds that the ownership rule lets a run act on, and no other', () => {
    expect(kindsOf(statement('G8'))).toEqual(new Set([...workloadKinds, ...subjectKinds]));
  });

  it('names in G10 every action that may delete a pod, and no other action but the eviction', () => {
    const isDeleter = ({ permissions }: (typeof actions)[number]) =>
      permissions.some(({ resources, verbs }) => resources.includes('pods') && verbs.includes('delete'));
    const named = actions.filter(({ name }) => statement('G10').includes(`\`${name}\``)).map(({ name }) => name);
    expect(named.sort()).toEqual(
      [...actions.filter(isDeleter).map(({ name }) => name), 'drainNode', 'evictPod'].sort(),
    );
  });
});

describe('the defaults that docs/safety.md names', () => {
  const words = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
  const inWords = (count: number) => words[count] ?? `${count} (a number without a word)`;
  /** A constant of a workflow, which no test can import. */
  const ms = (workflow: string, name: string): number => {
    const [, product = ''] = new RegExp(`const ${name} = ([\\d_ *]+);`).exec(read(`workflows/${workflow}.ts`)) ?? [];
    return product.split('*').reduce((total, factor) => total * Number(factor.replaceAll('_', '')), 1);
  };
  const minutes = (ms: number) => inWords(ms / 60_000);
  const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'];
  const { budget, concurrency, storm, drains, controlPlane, zoneSpacingMs, sweepPerSecond } = defaultLimits;
  const { cooldown, attempts, maxUnhealthy, minReady, sameFailure, flapping } = guardSettings.parse({});
  const first = cooldown / 60_000;
  const { maxPods } = z.object({ maxPods: z.int() }).parse(actionOf('drainNode').params.parse({}));

  it.each([
    [
      'G1',
      `at most ${budget.burst + budget.perWindow} disruptive acts [${budget.burst} at once, ${budget.perWindow} in`,
    ],
    ['G1', `in ${minutes(budget.windowMs)} minutes]`],
    ['G1', `${inWords(drains.max)} in an hour, each with at most \`maxPods\` [${maxPods}] pods`],
    ['G2', `its cooldown [${first}, ${first * 2}, ${first * 4} min … 4 h]`],
    ['G2', `no ${ordinals[attempts.perEpisode]} in an episode, no ${ordinals[attempts.max]} in a day`],
    ['G3', `than the namespace [${concurrency.namespace}] and the cluster [${concurrency.cluster}] bear`],
    ['G4', `more than ${amountInWords(maxUnhealthy).replace('%', ' %')} of the pods, and at least two`],
    ['G5', `more than ${storm.workloads} workloads alert within ${minutes(storm.withinMs)} minutes`],
    [
      'G5',
      `${alertingKept} are always a storm), or more than ${storm.percent} %, and at least ${inWords(storm.atLeast)},`,
    ],
    [
      'G5',
      `After ${minutes(storm.calmMs / 2)} calm minutes the guard lets one act through every ${minutes(storm.paceMs)}`,
    ],
    ['G5', `After ${minutes(storm.calmMs)} calm minutes it is over`],
    ['G11', `while another one of its workload is ready [${minReady}]`],
    [
      'G16',
      `changed ${inWords(flapping.changes)} times in ${flapping.within === 1_800_000 ? 'half an hour' : 'another time'}`,
    ],
    ['G17', `After the ${ordinals[sameFailure - 1]} act against the same failure there is no ${ordinals[sameFailure]}`],
    ['G18', `slower than ${controlPlane.p99Ms / 1_000} s (p99), ${inWords(controlPlane.serverErrors)} server errors`],
    ['G18', `more than ${controlPlane.throttledPercent} % of the calls throttled`],
    ['G18', `more than ${controlPlane.notReadyPercent} % of the nodes`],
    ['G22', `Acts in two zones are ${zoneSpacingMs === 60_000 ? 'a minute' : 'another time'} apart at least`],
    [
      'L4',
      `after ${ms('escalate', 'firstCheckMs') / 60_000} min, then less often, but at least every ${ms('escalate', 'longestCheckMs') / 60_000} min`,
    ],
    ['L6', `A run that ends gives its messages ${ms('notify', 'lastWordsMs') / 1_000} s`],
    [
      'L6',
      `tried again for ${ms('notify', 'givenUpMs') === 86_400_000 ? 'a day' : 'another time'}, at most ${minutes(ms('notify', 'tryAgainMs'))} minutes apart`,
    ],
    ['L10', `a hold asks at most every ${ms('permit', 'holdLongestMs') / 60_000} min`],
    ['L3', `After that ${inWords(sweepPerSecond)} run a second is looked at`],
  ])('are those of the code: in %s, %s', (id, claim) => {
    expect(statement(id).replace(/\s+/g, ' ')).toContain(claim);
  });
});

describe('SECURITY.md', () => {
  const page = read('SECURITY.md').replace(/\s+/g, ' ');

  it('names every message to a run that counts without a signature', () => {
    const sentence = /Whoever can write to Temporal can still ([^:]*) a run,/.exec(page)?.[1] ?? '';
    const named = [...sentence.matchAll(/`(\w+)`/g)].map(([, name]) => name);
    expect(named.sort()).toEqual(humanMessages.filter((name) => name !== 'approve').sort());
  });

  it('names only variables and routes that there are', () => {
    const configuration = read('docs/reference/configuration.md');
    const variables = page.match(/MENDFLOW_[A-Z_]+/g) ?? [];
    expect(variables.length).toBeGreaterThan(0);
    expect(variables.filter((name) => !configuration.includes(`\`${name}\``))).toEqual([]);
    const routes = [...page.matchAll(/`(?:GET|POST) (\/[^`]+)`/g)].map(([, path = '']) => path);
    const served = tracked.filter((path) => path.startsWith('api/routes/')).map(read);
    expect(routes.filter((path) => !served.some((text) => text.includes(`'${path}'`)))).toEqual([]);
  });

  it('says that the api has no credentials for Kubernetes: nothing of it can import the way there', () => {
    expect(page).toContain('The api has no credentials for Kubernetes');
    const allowed = String(rules.forbidden.find(({ name }) => name.startsWith('api-imports-only-'))?.to.pathNot);
    expect(allowed).toContain('domain');
    expect(allowed).not.toMatch(/activities|worker|watcher/);
  });
});

describe('docs/architecture.md', () => {
  const rows = [...read('docs/architecture.md').matchAll(/^\| (`[^|]+) \| [^|]+ \| ([^|]+) \|$/gm)].map(
    ([, folders = '', imports = '']) => ({
      folders: [...folders.matchAll(/`([a-z]+)\/`/g)].map(([, name = '']) => name),
      imports,
    }),
  );

  it('links every decision, and no two decisions share a number', () => {
    const names = tracked.filter((path) => path.startsWith('docs/adr/')).map((path) => path.slice('docs/adr/'.length));
    const numbers = names.map((name) => name.slice(0, 4));
    expect(numbers.filter((number, index) => numbers.indexOf(number) !== index)).toEqual([]);
    expect(names.filter((name) => !read('docs/architecture.md').includes(`adr/${name}`))).toEqual([]);
    const titled = names.filter((name) => read(`docs/adr/${name}`).startsWith(`# ${Number(name.slice(0, 4))}. `));
    expect(titled).toEqual(names);
  });

  it('has a row for every folder of code', () => {
    const code = new Set(
      tracked.filter((path) => /^[a-z]+\/.*\.ts$/.test(path)).map((path) => path.slice(0, path.indexOf('/'))),
    );
    const named = rows.flatMap(({ folders }) => folders);
    expect([...code].filter((name) => name !== 'test' && !named.includes(name))).toEqual([]);
  });

  it('says of each folder exactly what the import rules allow it', () => {
    for (const { folders, imports } of rows) {
      for (const folder of folders) {
        const rule = rules.forbidden.find(({ name }) => name.startsWith(`${folder}-imports-only-`));
        if (rule === undefined) continue;
        const allowed = /\(([^)]+)\)/.exec(String(rule.to.pathNot))?.[1]?.split('|') ?? [];
        const said = [...imports.matchAll(/\b[a-z]+(?:\/[a-z]+)*\b/g)].map(([word]) => word);
        const others = allowed.filter((name) => name !== folder);
        expect([folder, others.filter((name) => !said.includes(name))]).toEqual([folder, []]);
        const folderNames = said.filter((word) => existsSync(join(root, word)));
        expect([folder, folderNames.filter((name) => !others.includes(name))]).toEqual([folder, []]);
      }
    }
  });
});

describe('README.md and CHANGELOG.md', () => {
  it('say nothing twice', () => {
    for (const page of ['README.md', 'CHANGELOG.md']) {
      const sentences = read(page)
        .split(/\n(?=- |\n)/)
        .map((text) => text.replace(/\s+/g, ' ').trim());
      const commandLines = [...read(page).matchAll(/`(npm run demo -- [^`]+)`/g)].map(([, line]) => line);
      const repeated = [...sentences, ...commandLines].filter(
        (text, index, all) => text !== '' && all.indexOf(text) !== index,
      );
      expect([page, repeated]).toEqual([page, []]);
    }
  });

  it('list the actions once', () => {
    const lists = read('CHANGELOG.md')
      .split(/\n(?=- )/)
      .filter((entry) => actions.filter(({ name }) => entry.includes(`\`${name}\``)).length >= 4);
    expect(lists).toHaveLength(1);
  });
});
