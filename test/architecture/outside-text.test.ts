import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { root, sourceFiles } from './source-files.ts';

/** Files of the command line that may write to the terminal themselves: the terminal and the launcher. */
const speakers = ['cli/terminal.ts', 'cli/mendflow.mjs'];

/** What the details of a run may hold as it is: words of ours, times and numbers. */
const ours = new Set([
  ...['status.phase', 'last.verdict', 'index + 1', 'person', 'state', 'reason', 'until', 'earlier', 'expiresAt'],
  ...['inMode(status)', "facts.join(' · ')", 'formatDuration(step.withinMs)', 'entry.at.slice(11, 23)', 'commands'],
]);

function holesOf(path: string): string[] {
  const file = ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest, true);
  const holes: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTemplateSpan(node)) holes.push(node.expression.getText());
    ts.forEachChild(node, visit);
  };
  visit(file);
  return holes;
}

describe('text from outside', () => {
  it('reaches a terminal only through the one that cleans it', () => {
    const others = sourceFiles(['cli']).filter(({ path }) => !speakers.includes(path));
    const writers = others.filter(({ text }) => /\bconsole\.|process\.std(?:out|err)/.test(text));
    expect(writers.map(({ path }) => path)).toEqual([]);
  });

  it('stands in the Web UI’s details as text or as code, never as Markdown', () => {
    const isEscaped = (hole: string) => /^markdown(?:Text|Code)\(/.test(hole);
    const raw = holesOf('domain/run/details.ts').filter((hole) => !isEscaped(hole) && !ours.has(hole));
    // A choice between two texts is judged by the texts within it, which stand in holes of their own.
    expect(raw.filter((hole) => !/^[\w.]+ === undefined \? /.test(hole))).toEqual([]);
  });
});
