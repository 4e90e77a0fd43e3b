import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { signatureOf } from '../../activities/signature.ts';
import { root } from '../architecture/source-files.ts';

const secret = 'a-secret-of-the-receiver';
const body = '{"title":"shop/checkout – 80 % of „the limit“"}';
const headerAt = (ms: number, key = secret) => signatureOf(key, body, ms)['mendflow-signature'] ?? '';

const languages = [
  ['Node', process.execPath, ['verify-signature.mjs']],
  ['Python', 'python3', ['verify_signature.py']],
  ['Go', 'go', ['run', 'verify_signature.go']],
] as const;

const isThere = (command: string) => spawnSync(command, command === 'go' ? ['version'] : ['--version']).status === 0;

// A machine without Go or Python still tries the others.
describe.each(languages.filter(([, command]) => isThere(command)))('the example in %s', (_, command, args) => {
  const verify = (header: string, input = body) =>
    spawnSync(command, [...args, secret, header], {
      ...{ cwd: join(root, 'docs', 'examples'), input, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } },
    }).status;

  it('takes what Mendflow signed, and refuses another body, another secret, an old time and no header', () => {
    const header = headerAt(Date.now());
    expect({
      ...{ good: verify(header), body: verify(header, `${body} `) },
      ...{
        secret: verify(headerAt(Date.now(), 'another')),
        old: verify(headerAt(Date.now() - 600_000)),
        none: verify(''),
      },
    }).toEqual({ good: 0, body: 1, secret: 1, old: 1, none: 1 });
  }, 60_000);
});
