import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { queryFaults } from '../../domain/policy/promql.ts';
import { checkoutFiles, root } from '../architecture/source-files.ts';

const textOf = (file: string) => readFileSync(join(root, file), 'utf8');

/** Each `expr` of a rule and each `query` of a check, wherever it stands. */
function queriesIn(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, member]) =>
    (key === 'expr' || key === 'query') && typeof member === 'string' ? [member] : queriesIn(member),
  );
}

const documentsOf = (text: string) => parseAllDocuments(text).map((document) => document.toJS() as unknown);
const fencesOf = (text: string) => [...text.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, yaml = '']) => yaml);

const shipped = ['deploy', 'policies', 'sandbox'].flatMap((folder) => checkoutFiles(folder));
const shown = [...checkoutFiles('docs'), 'README.md'];
const written: [file: string, query: string][] = [
  ...shipped.filter((file) => /\.ya?ml$/.test(file)).map((file) => [file, documentsOf(textOf(file))] as const),
  ...shown
    .filter((file) => file.endsWith('.md'))
    .map((file) => [file, fencesOf(textOf(file)).flatMap(documentsOf)] as const),
].flatMap(([file, documents]) => queriesIn(documents).map((query): [string, string] => [file, query]));

describe('what we ship and show', () => {
  it.each(written)('%s asks what Prometheus can answer: %j', (_, query) => {
    expect(queryFaults(query)).toEqual([]);
  });

  it('is found: rules, ready-made policies, the policies of the demo and the documentation', () => {
    const folders = new Set(written.map(([file]) => file.split('/')[0]));
    expect([...folders].sort()).toEqual(['deploy', 'docs', 'policies', 'sandbox']);
    expect(written.length).toBeGreaterThan(25);
  });
});
