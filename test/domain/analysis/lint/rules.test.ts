import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { lintRules } from '../../../../domain/analysis/lint/index.ts';

const folder = join(import.meta.dirname, '..', '..', '..', '..', 'domain', 'analysis', 'lint', 'rules');
const kebab = (code: string) => code.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

describe('the rules', () => {
  it('stand one in a file that has their name, and none is left out of the list', () => {
    const files = readdirSync(folder).map((name) => name.replace('.ts', ''));
    expect(lintRules.map(({ code }) => kebab(code)).sort()).toEqual(files.sort());
  });

  it('say in a sentence what they object to', () => {
    for (const { summary } of lintRules) expect(summary).toMatch(/^[A-Z].{20,}\.$/);
  });
});
