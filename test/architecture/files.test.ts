import { describe, expect, it } from '@jest/globals';
import { folders, product, sourceFiles } from './source-files.ts';

const largestFile = 300;
/** Words for things that are not there yet, and marks of work that was put off without an issue. */
const putOff = /\b(FIXME|XXX|HACK|TBD)\b|\bTODO\b(?!\(#\d+\))|[Nn]ot (yet )?implemented|[Cc]oming soon|[Ll]orem ipsum/;
const vagueNames = /(^|[-./])(utils?|helpers?|common|misc|manager|handler|service|processor)([-.]|$)/;

describe('every file', () => {
  const files = sourceFiles(folders);

  it(`has at most ${largestFile} lines`, () => {
    expect(files.filter(({ lines }) => lines > largestFile).map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
  });

  it('is finished: nothing is put off without an issue', () => {
    const found = files.filter(({ path }) => !path.startsWith('test/architecture/'));
    expect(found.filter(({ text }) => putOff.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it('has a kebab-case name that says what it holds', () => {
    const names = files.map(({ path }) => path);
    expect(names.filter((path) => !/^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(path.split('/').at(-1) ?? ''))).toEqual([]);
    expect(names.filter((path) => vagueNames.test(path.split('/').at(-1) ?? ''))).toEqual([]);
  });

  it('stands in its folder as index.ts, not beside a folder of its name', () => {
    const paths = files.map(({ path }) => path);
    const beside = paths.filter((path) => {
      const folder = `${path.replace(/\.ts$/, '')}/`;
      return paths.some((other) => other.startsWith(folder));
    });
    expect(beside).toEqual([]);
  });

  it('but a test casts no type through unknown', () => {
    const casting = files.filter(({ path, text }) => !path.startsWith('test/') && /\bas unknown as\b/.test(text));
    expect(casting.map(({ path }) => path)).toEqual([]);
  });

  it('of the product tells a refusal by its kind, not by a field that only refusals have', () => {
    const told = /'(?:detail|fault|field|reason|refusal|unproven|value|why|wrong)' in \w/;
    expect(
      sourceFiles(product)
        .filter(({ text }) => told.test(text))
        .map(({ path }) => path),
    ).toEqual([]);
  });

  it('names no place of the machine it was written on', () => {
    const places = /\/(root|home\/[a-z]+|Users\/[A-Za-z]+|work)\//;
    const found = files.filter(({ path }) => !path.startsWith('test/architecture/'));
    expect(found.filter(({ text }) => places.test(text)).map(({ path }) => path)).toEqual([]);
  });
});
