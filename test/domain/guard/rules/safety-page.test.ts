import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { rules } from '../../../../domain/guard/rules/index.ts';
import { root } from '../../../architecture/source-files.ts';
import { titlesOf } from '../../../architecture/test-titles.ts';

const page = readFileSync(join(root, 'docs', 'safety.md'), 'utf8');
const sections = new Map(
  page
    .split(/^### /m)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf('\n')), text.replace(/^## .*/ms, '')]),
);
const links = (text: string) => [...text.matchAll(/\]\((?:\.\.\/)([^)#]+)\)/g)].map(([, path = '']) => path);
const part = (section: string, word: string) =>
  new RegExp(`^- ${word} by\\b[^]*?(?=^- |$(?![^]))`, 'm').exec(section)?.[0] ?? '';

/** What a statement is shown by: a file, and the titles of the tests in it that make the claim. */
const proofs = (section: string) =>
  part(section, 'Shown')
    .split(/^ {2}- /m)
    .slice(1)
    .map((item) => ({
      path: links(item)[0] ?? '',
      titles: [...item.replace(/\s+/g, ' ').matchAll(/“([^”]+)”/g)].map(([, title = '']) => title),
    }));

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('the page about safety', () => {
  it.each([
    ['G', upTo(26)],
    ['L', upTo(10)],
  ] as const)('has every statement of %s, each once', (letter, numbers) => {
    const ids = [...sections.keys()].filter((id) => id.startsWith(letter));
    const inOrder = ids.sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
    expect(inOrder).toEqual(numbers.map((number) => `${letter}${number}`));
  });

  it('names only files that are there', () => {
    expect(links(page).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it.each([...sections])('says of %s what keeps it', (_, section) => {
    expect(links(part(section, 'Kept')).length).toBeGreaterThan(0);
  });

  it.each([...sections])(
    'quotes for %s the tests that make its claim, as they are titled in their files',
    (_, section) => {
      const shown = proofs(section);
      expect(shown.flatMap(({ titles }) => titles).length).toBeGreaterThan(0);
      const missing = shown.flatMap(({ path, titles }) => {
        const known = titlesOf(path);
        return titles
          .filter((title) => !known.some((full) => ` ${full}`.endsWith(` ${title}`)))
          .map((title) => `${path}: ${title}`);
      });
      expect(missing).toEqual([]);
    },
  );

  it('quotes a test of each file that it names; only an invariant has no title: the simulation asks it every day', () => {
    const untitled = [...sections.values()].flatMap(proofs).filter(({ titles }) => titles.length === 0);
    const paths = untitled.map(({ path }) => path);
    expect(paths.filter((path) => !path.startsWith('test/simulation/invariants/'))).toEqual([]);
    const living = upTo(10).map((number) => paths.filter((path) => path.includes(`/l${number}-`)).length);
    expect(living).toEqual(upTo(10).map(() => 1));
  });

  it.each(upTo(10).map((number) => `L${number}`))('names for %s a test on real servers', (id) => {
    const paths = proofs(sections.get(id) ?? '').map(({ path }) => path);
    expect(paths.filter((path) => /^test\/(?:integration|hostile|chaos)\//.test(path))).not.toEqual([]);
  });

  it('has each statement shown by a test that nothing else is shown by', () => {
    const quoted = [...sections].map(([id, section]) => ({
      id,
      titles: proofs(section).flatMap(({ titles }) => titles),
    }));
    const elsewhere = (id: string) => quoted.filter((other) => other.id !== id).flatMap(({ titles }) => titles);
    const without = quoted.filter(({ id, titles }) => titles.every((title) => elsewhere(id).includes(title)));
    expect(without.map(({ id }) => id)).toEqual([]);
  });

  it('names each rule where the rule says that it belongs', () => {
    const kept = (id: string) => links(part(sections.get(id) ?? '', 'Kept')).join(' ');
    const fileOf: Record<string, string> = { ownedTarget: 'ownership' };
    const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    for (const { name, statements } of rules) {
      for (const id of statements) expect(kept(id)).toContain(`domain/guard/rules/${fileOf[name] ?? kebab(name)}.ts`);
    }
  });
});
