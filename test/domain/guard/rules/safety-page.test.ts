import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { guards } from '../../../../domain/guard/rules/index.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');
const page = readFileSync(join(root, 'docs', 'safety.md'), 'utf8');
const sections = new Map(
  page
    .split(/^### /m)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf('\n')), text.replace(/^## .*/ms, '')]),
);
const links = (text: string) => [...text.matchAll(/\]\((?:\.\.\/)([^)#]+)\)/g)].map(([, path = '']) => path);
const part = (section: string, word: string) =>
  new RegExp(`^- ${word} by [^]*?(?=^- |$(?![^]))`, 'm').exec(section)?.[0] ?? '';

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

  it.each([...sections])('says of %s what keeps it and what shows it', (_, section) => {
    expect(links(part(section, 'Kept')).length).toBeGreaterThan(0);
    expect(links(part(section, 'Shown')).filter((path) => path.endsWith('.test.ts')).length).toBeGreaterThan(0);
  });

  it('names each rule where the rule says that it belongs', () => {
    const kept = (id: string) => links(part(sections.get(id) ?? '', 'Kept')).join(' ');
    const fileOf: Record<string, string> = { ownedTarget: 'ownership' };
    const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    for (const { name, statements } of guards) {
      for (const id of statements) expect(kept(id)).toContain(`domain/guard/rules/${fileOf[name] ?? kebab(name)}.ts`);
    }
  });
});
