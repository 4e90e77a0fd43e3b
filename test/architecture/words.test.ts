// The words of docs/glossary.md and no others: what a reader sees must mean the same in every place.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { checkoutFiles, product, root, sourceFiles } from './source-files.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Words of the first edition for which the field has a better one; the second column says which. */
const privateWords: readonly (readonly [RegExp, string])[] = [
  [/guard[- ]?(desk|exchange|keeper|link)\b/i, 'guard client, guard activities, guard starter'],
  [/\bmailbox\b/i, 'handlers'],
  [/\brehears\w*/i, 'observe, dry run'],
  [/\bforesight\b/i, 'simulation report'],
  [/\bpretended\b/i, 'simulated'],
  [/\bphotograph\w*/i, 'capture, snapshot'],
  [/\bhappenings\b/i, 'events'],
  [/\bweather\b/i, 'fault injection'],
  [/\bsurroundings\b/i, 'cluster context'],
  [/\bcensus\b/i, 'namespace snapshot'],
  [/\b(Opinion|FirstWord|PodCheckShown)s?\b/, 'RuleResult, Decision'],
  [/\bspeakers?\b/i, 'incident owner'],
  [/\blosers\b/i, 'rejected candidates'],
  [/\bmanners\b/i, 'properties'],
  [/\bstand-?ins?\b/i, 'indirect target, substitute'],
  [/\b(rungs?|climb\w*)\b/i, 'step, go on to the next step'],
  [/\b(takeBack|heedMode|tellPeople)\b/, 'undo, applyStricterMode, notifyReceivers'],
  [/\bcannotHelp\b/, 'actionIneffective'],
  [/\bzonesApart\b/, 'zoneSpacing'],
];

const pages = checkoutFiles().filter((path) => /\.md$/.test(path) && path !== 'test/replay/histories/README.md');
/** What the product says or shows: every text in its code but imports. */
const code = [...product, 'sandbox'];

function textsOf(path: string, text: string): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || isLoading(node) || isType(node)) return;
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
      found.push(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

const isLoading = (node: ts.Node) => ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
const isType = (node: ts.Node) => ts.isLiteralTypeNode(node) || ts.isIndexedAccessTypeNode(node);

/** A page without the addresses of its links, and without titles of tests, which are quoted. */
const prose = (text: string) => text.replaceAll(/\]\([^)]*\)/g, ']').replaceAll(/“[^”]*”/g, '');

const wrongIn = (place: string, text: string) =>
  privateWords.flatMap(([word, better]) => {
    const found = word.exec(text);
    return found === null ? [] : [`${place}: "${found[0]}" is a private word; say ${better}`];
  });

describe('private words', () => {
  it('are in no page', () => {
    expect(pages.length).toBeGreaterThan(40);
    expect(pages.flatMap((path) => wrongIn(path, prose(read(path))))).toEqual([]);
  });

  it.each(code)('are in nothing that %s/ says', (folder) => {
    const files = sourceFiles([folder]);
    expect(files.length).toBeGreaterThan(0);
    expect(files.flatMap(({ path, text }) => textsOf(path, text).flatMap((said) => wrongIn(path, said)))).toEqual([]);
  });
});

describe('docs/glossary.md', () => {
  const rows = [...read('docs/glossary.md').matchAll(/^\| ([^|]+) \| ([^|]+) \|$/gm)]
    .map(([, word = '', meaning = '']) => ({ word, meaning }))
    .slice(2);
  const words = rows.map(({ word }) => word);

  it('explains each word once, in one line, in the order of the alphabet', () => {
    expect(new Set(words).size).toBe(words.length);
    expect(words).toEqual([...words].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)));
    expect(rows.filter(({ meaning }) => !/^[A-Z].{15,150}[.?\]]$/.test(meaning)).map(({ word }) => word)).toEqual([]);
  });

  it.each([
    ['Alertmanager', ['alert', 'fingerprint', 'group key', 'receiver', 'silence', 'firing', 'resolved']],
    [
      'medik8s and Karpenter',
      ['remediation', 'target', 'cooldown', 'budget', 'minReady', 'maxUnhealthy', 'storm', 'pause'],
    ],
    [
      'Kubernetes',
      ['evict', 'cordon', 'drain', 'rollout restart', 'dry run', 'owner', 'condition', 'reason', 'field manager'],
    ],
    ['Temporal', ['workflow', 'activity', 'signal', 'update', 'query', 'task queue', 'search attribute']],
    ['ours', ['policy', 'plan', 'step', 'verdict', 'assessment', 'outcome', 'incident', 'cluster context', 'guard']],
  ])('has the words of %s', (_, wanted) => {
    expect(wanted.filter((word) => !words.includes(word))).toEqual([]);
  });

  it('uses no private word', () => {
    expect(rows.flatMap(({ word, meaning }) => wrongIn(word, `${word} ${meaning}`))).toEqual([]);
  });
});
