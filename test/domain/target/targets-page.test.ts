import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { namedTarget } from '../../../domain/target/named-target.ts';
import { root } from '../../architecture/source-files.ts';

const page = readFileSync(join(root, 'docs', 'targets.md'), 'utf8');
const rows = [...page.matchAll(/^\| (`.*) \| `(\w+=[^`]*)` \|$/gm)].map(
  ([, row = '', example = '']): [string, string] => [row, example],
);

describe('docs/targets.md', () => {
  it.each(rows)('%s: its example %s names a target by the labels of its row', (row, example) => {
    const labels = Object.fromEntries(example.split(' ').map((pair) => pair.split('=')));
    for (const label of Object.keys(labels)) expect(row).toContain(`\`${label}\``);
    expect(namedTarget(labels)).toMatchObject({ kind: 'named' });
  });

  it('has a row for each way in which labels name a target', () => {
    const first = namedTarget({ namespace: 'shop' });
    const [, listed = ''] = /names one of ([\w, ]+)/.exec('detail' in first ? first.detail : '') ?? [];
    expect(listed.split(', ').length).toBeGreaterThan(5);
    for (const label of listed.split(', ')) expect(rows.map(([row]) => row).join('\n')).toContain(`\`${label}\``);
  });
});
