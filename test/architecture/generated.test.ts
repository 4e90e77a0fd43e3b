import { describe, expect, it } from '@jest/globals';
import { errors } from '../../domain/run/errors.ts';
import { reasons } from '../../domain/run/reasons.ts';
import { generatedFiles, staleFiles } from '../../scripts/generate-reference.ts';

describe('the reference', () => {
  it('is what the code generates', () => {
    expect(staleFiles()).toEqual([]);
  });

  it('has a heading for every error code and a row for every reason', () => {
    const text = Object.values(generatedFiles)
      .map((render) => render())
      .join('\n');
    for (const code of Object.keys(errors)) expect(text).toContain(`\n## ${code}\n`);
    for (const reason of Object.keys(reasons)) expect(text).toContain(`| \`${reason}\` |`);
  });
});
