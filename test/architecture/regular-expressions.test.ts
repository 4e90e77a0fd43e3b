import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { pumpAgainst } from './backtracking.ts';
import { product, sourceFiles } from './source-files.ts';

interface Found {
  place: string;
  source: string;
  flags: string;
}

const found: Found[] = [];
const built: string[] = [];
// All of it reads text from outside: deliveries, objects of a cluster, answers, policies, arguments.
for (const { path, text } of sourceFiles(product)) {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      const line = file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      found.push({ place: `${path}:${line}`, source: node.text.slice(1, end), flags: node.text.slice(end + 1) });
    }
    const isRegExp = (ts.isNewExpression(node) || ts.isCallExpression(node)) && node.expression.getText() === 'RegExp';
    if (isRegExp) built.push(path);
    ts.forEachChild(node, visit);
  };
  visit(file);
}

const known = [...new Map(found.map((each) => [`/${each.source}/${each.flags}`, each])).entries()];

describe('the regular expressions of the product', () => {
  it('are found', () => {
    expect(known.length).toBeGreaterThan(80);
  });

  it.each(known)('%s takes linear time over any text', (_, { source, flags, place }) => {
    expect({ place, pump: pumpAgainst(source, flags) }).toEqual({ place, pump: undefined });
  });

  it('are written down: none is put together from text, which RE2 would have to run', () => {
    expect(built).toEqual([]);
  });
});

describe('the counter of steps', () => {
  it.each([
    ['(a+)+$', ''],
    ['(?:a|a)*b', ''],
    ['(?:\\w|\\d)+!', ''],
    ['\\s+$', ''],
    ['\\/+$', ''],
    ['^\\{\\{\\s*([^{}]*?)\\s*\\}\\}', ''],
    ['\\{\\{\\s*([^{}]*?)\\s*\\}\\}', 'g'],
    ['(["\']?\\b[\\w.-]*(?:secret|token)[\\w.-]*["\']?\\s*[=:]\\s*)', 'gi'],
    ['-----BEGIN [A-Z ]+-----[\\s\\S]*?(?:-----END)', 'g'],
    ['^a*a*b', ''],
    ['x*y', 'g'],
  ])('finds a text against /%s/%s', (source, flags) => {
    expect(pumpAgainst(source, flags)).toBeDefined();
  });

  it.each([
    ['^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', ''],
    ['^(?:\\d+(?:d|h|ms|m|s))+$', ''],
    ['[\\p{Cc}\\p{Cf}]', 'gu'],
    ['"((?:[^"\\\\]|\\\\.)*)"', 'sy'],
    ['(?:\\x1b\\[)[0-?]{0,32}[ -/]{0,8}[@-~]', 'g'],
    ['[a-z]+', 'g'],
  ])('finds none against /%s/%s', (source, flags) => {
    expect(pumpAgainst(source, flags)).toBeUndefined();
  });
});
