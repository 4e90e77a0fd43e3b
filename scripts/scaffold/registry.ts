/** What joins a list of the code: `import drainCache from './drain-cache.ts';` and `drainCache` in the list. */
export interface Entry {
  /** As it is imported: `drainCache`, or `{ drainCache }`. */
  imported: string;
  from: string;
  name: string;
  /** By name, or behind all others where the order means something. */
  place: 'sorted' | 'last';
}

const importLine = /^import (?!type)(.+) from '(\.\/.+)';$/;

/**
 * The source of the list with one more entry: its import among those of the folder, by path, and its name in the list
 * called `list`. Throws when the source does not look as expected.
 */
export function withEntry(source: string, list: string, { imported, from, name, place }: Entry): string {
  const lines = source.split('\n');
  const imports = lines.flatMap((line, index) => (importLine.test(line) ? [index] : []));
  const last = imports.at(-1);
  const opening = new RegExp(`(const ${list}\\b[^=]*= \\[)([^\\]]*)(\\])`);
  if (last === undefined || !opening.test(source)) throw new Error(`there is no list ${list} to add to`);
  const behind = imports.find((index) => (importLine.exec(lines[index] ?? '')?.[2] ?? '') > from) ?? last + 1;
  lines.splice(behind, 0, `import ${imported} from '${from}';`);
  return lines.join('\n').replace(opening, (_, before: string, inner: string, after: string) => {
    const names = inner
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== '');
    const all = [...names, name];
    if (place === 'sorted') all.sort();
    return `${before}${all.join(', ')}${after}`;
  });
}
