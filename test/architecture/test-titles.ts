import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { parse } from 'yaml';
import { root } from './source-files.ts';

/** Properties of a list of cases that become part of a title. */
const titled = ['that', 'says'];

/**
 * The titles of the tests of a file, as they are written: `it` with the `describe` that it stands in before it, the first
 * text of each row of an `each`, and what a list of cases calls them. A YAML file of samples has a title for each sample.
 */
export function titlesOf(path: string): string[] {
  const text = readFileSync(join(root, path), 'utf8');
  if (path.endsWith('.yaml')) return (parse(text) as { samples: { says: string }[] }).samples.map(({ says }) => says);
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const titles: string[] = [];
  const visit = (node: ts.Node, around: string): void => {
    let inside = around;
    if (ts.isCallExpression(node)) {
      const [called] = /^\w+/.exec(node.expression.getText(file)) ?? [];
      const title = node.arguments.map(textOf).find((found) => found !== undefined);
      if (called?.startsWith('describe') && title !== undefined) inside = `${around} ${title}`;
      if (called === 'it' && title !== undefined) titles.push(`${around} ${title}`.trim());
      if (isEach(node)) titles.push(...rowsOf(node));
    }
    if (ts.isPropertyAssignment(node) && titled.includes(node.name.getText(file))) {
      const said = textOf(node.initializer);
      if (said !== undefined) titles.push(said);
    }
    ts.forEachChild(node, (child) => visit(child, inside));
  };
  visit(file, '');
  return titles;
}

const textOf = (node: ts.Node): string | undefined => {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  return ts.isTemplateExpression(node) ? node.getText().slice(1, -1) : undefined;
};

const isEach = ({ expression }: ts.CallExpression) =>
  ts.isPropertyAccessExpression(expression) && expression.name.text === 'each';

/** The first text of each row, or the row where it is a text. */
function rowsOf(call: ts.CallExpression): string[] {
  const [given] = call.arguments;
  const rows = given !== undefined && ts.isAsExpression(given) ? given.expression : given;
  if (rows === undefined || !ts.isArrayLiteralExpression(rows)) return [];
  return rows.elements.flatMap((row) => {
    const first = ts.isArrayLiteralExpression(row) ? row.elements[0] : row;
    const text = first && textOf(first);
    return text === undefined ? [] : [text];
  });
}
