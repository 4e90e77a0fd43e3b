import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { commandsOf } from '../../scripts/bare-machine/commands.ts';
import { root } from '../architecture/source-files.ts';

describe('the bare-machine check', () => {
  it('types the two commands with which the README begins', () => {
    expect(commandsOf(readFileSync(join(root, 'README.md'), 'utf8'))).toEqual(['npm run demo', 'npm test']);
  });

  it('types neither comments nor what stands in another block', () => {
    const page = '```\nprinted\n```\n```sh\none   # first\n\ntwo --flag\n```\n```sh\nthree\n```\n';
    expect(commandsOf(page)).toEqual(['one', 'two --flag']);
  });
});
