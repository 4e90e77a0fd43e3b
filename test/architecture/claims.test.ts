// What the documents claim of the code, compared with the code: a link that leads somewhere proves nothing.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { actions } from '../../activities/actions/index.ts';
import { commands } from '../../cli/commands.ts';
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
