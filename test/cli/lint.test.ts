import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { aPolicyDocument } from '../support/builders.ts';
import { FakeTerminal, mendflow } from './support/command-line.ts';

let folder: string;
const write = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const told = { escalation: [{ notify: ['chat'] }] };
const good = stringify(aPolicyDocument(told));
const typo = stringify(aPolicyDocument({ ...told, guards: { cooldwon: '5m' } }));
const quiet = stringify(aPolicyDocument({}));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lint-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('mendflow lint', () => {
  it('of good policies prints nothing on stdout, counts on stderr, and exits 0', async () => {
    const { code, out, err } = await mendflow(`lint ${write('good.yaml', good)}`);
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err).toContain('1 file, 1 readable policy: 0 errors, 0 warnings');
  });

  it('prints file, line, severity, code, field, what is wrong and what to write; errors exit 1', async () => {
    const file = write('typo.yaml', typo);
    const line = typo.split('\n').findIndex((text) => text.includes('cooldwon')) + 1;
    const { code, out } = await mendflow(`lint ${file}`);
    expect(code).toBe(1);
    expect(out.split('\n')).toEqual([
      `${file}:${line}: error unknownField: spec.guards.cooldwon: is not a setting; did you mean cooldown?`,
      '    Write cooldown.',
    ]);
  });

  it('exits 0 on warnings, and 1 with --strict', async () => {
    const file = write('quiet.yaml', quiet);
    expect(await mendflow(`lint ${file}`)).toMatchObject({
      code: 0,
      out: expect.stringContaining('warning escalationMissing'),
    });
    expect((await mendflow(`lint --strict ${file}`)).code).toBe(1);
  });

  it('reads a folder and what is below it as one set, without the tests of policies', async () => {
    mkdirSync(join(folder, 'set', 'below'), { recursive: true });
    write('set/one.yaml', stringify(aPolicyDocument(told, 'one')));
    write('set/below/two.yml', stringify(aPolicyDocument(told, 'two')));
    write('set/one.test.yaml', 'cases: []');
    write('set/README.md', '# no policy');
    const { code, out, err } = await mendflow(`lint ${join(folder, 'set')}`);
    expect(code).toBe(1);
    expect(out).toMatch(
      /error tied: spec\.priority: ties with two at 100: both match \{alertname="PodCrashLooping", namespace="shop"\}/,
    );
    expect(err).toContain('2 files');
  });

  it('reads stdin for -', async () => {
    const terminal = Object.assign(new FakeTerminal(), { input: typo });
    expect(await mendflow('lint -', terminal)).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^stdin:\d+: error/),
    });
  });

  it('gives a document with -o json, also when there is nothing', async () => {
    expect(JSON.parse((await mendflow(`lint -o json ${write('good.yaml', good)}`)).out)).toEqual({
      ...{ policies: 1, findings: [], errors: 0, warnings: 0 },
    });
    const found = JSON.parse((await mendflow(`lint -o json ${write('typo.yaml', typo)}`)).out);
    expect(found).toMatchObject({ errors: 1, findings: [{ code: 'unknownField', field: 'spec.guards.cooldwon' }] });
  });

  it('writes annotations for GitHub, with what would end a command escaped', async () => {
    const file = write('odd,name.yaml', stringify(aPolicyDocument({ ...told, match: { alerts: ['100%'] } })));
    const { out } = await mendflow(`lint -o github '${file}'`);
    expect(out).toMatch(
      /^::error file=.*odd%2Cname\.yaml,line=\d+,title=mendflow matcherSyntax::spec\.match\.alerts\.0: "100%25" is not a matcher.*%0AWrite a matcher/,
    );
    expect(out.split('\n')).toHaveLength(1);
  });

  it('colours severities only where the terminal takes it', async () => {
    const file = write('typo.yaml', typo);
    const colored = Object.assign(new FakeTerminal(), { isColored: true });
    expect((await mendflow(`lint ${file}`, colored)).out).toContain('\u001b[31merror\u001b[39m');
    expect((await mendflow(`lint ${file}`)).out).not.toContain('\u001b');
  });

  it.each([
    ['a file that is not there', 'nowhere.yaml', 1, /nowhere\.yaml: error unreadable: cannot be read \(ENOENT\)/],
    ['a folder without policies', 'empty', 2, /there is no \*\.yaml/],
  ])('says so of %s', async (_, name, code, message) => {
    mkdirSync(join(folder, 'empty'), { recursive: true });
    const ran = await mendflow(`lint ${join(folder, name)}`);
    expect([ran.code, `${ran.out}${ran.err}`]).toEqual([code, expect.stringMatching(message)]);
  });
});

describe('receivers of linted policies', () => {
  const config =
    'receivers:\n  - { name: chat, type: webhook, url: https://x.example, secret: { env: NOT_SET_HERE } }\n';

  it('are not checked without a configuration, which is said', async () => {
    expect((await mendflow(`lint ${write('good.yaml', good)}`)).err).toContain('Receivers are not checked');
  });

  it('are checked against a configuration whose secrets need not be there', async () => {
    const flag = `--config ${write('mendflow.conf', config)}`;
    const checked = await mendflow(`lint ${flag} ${write('good.yaml', good)}`);
    expect(checked).toMatchObject({ code: 0, out: '' });
    expect(checked.err).toContain('mendflow.conf: receiver chat is told of storms and outages');
    const other = write('other.yaml', stringify(aPolicyDocument({ escalation: [{ notify: ['chta'] }] })));
    expect(await mendflow(`lint ${flag} ${other}`)).toMatchObject({
      code: 1,
      out: expect.stringMatching(
        /unknownReceiver: spec\.escalation\.0\.notify\.0: .*known are chat; did you mean chat\?\n {4}Write chat\./,
      ),
    });
  });

  it('need not be named in a policy where there is a receiver, which is then the fallback', async () => {
    const none = write('none-at-all.conf', 'receivers: []\n');
    const unheard = await mendflow(`lint --config ${none} ${write('quiet.yaml', quiet)}`);
    expect(unheard.out).not.toBe('');
    expect(unheard.err).toContain('no receiver is configured, so nobody is told when a person is needed');
    const file = write('mendflow.conf', config);
    expect((await mendflow(`lint --config ${file} ${write('quiet.yaml', quiet)}`)).out).toBe('');
  });

  it('fail with a configuration that is wrong: an unknown field, an address that is none', async () => {
    const wrong =
      'receivers:\n  - { name: chat, type: webhook, url: nonsense }\n  - { name: x, type: webhok, url: "https://x" }\n';
    const { code, err } = await mendflow(`lint --config ${write('wrong.conf', wrong)} ${write('good.yaml', good)}`);
    expect(code).toBe(1);
    expect(err).toMatch(/^error: \S+wrong\.conf:2 receivers\.0\.url: .*URL/m);
    expect(err).toMatch(/^error: \S+wrong\.conf:3 receivers\.1\.type: /m);
  });

  it('warn of each secret that is not there, and fail for it with --strict', async () => {
    const secret =
      'receivers:\n  - { name: chat, type: webhook, url: "https://x.example", secret: { env: NO_SUCH } }\n';
    const args = `--config ${write('secret.conf', secret)} ${write('good.yaml', good)}`;
    const { code, err } = await mendflow(`lint ${args}`);
    expect(code).toBe(0);
    expect(err).toMatch(
      /^warning: \S+secret\.conf:2 receivers\.0\.secret: the environment variable NO_SUCH is not set$/m,
    );
    expect((await mendflow(`lint --strict ${args}`)).code).toBe(1);
    const there = Object.assign(new FakeTerminal(), { env: { NO_SUCH: 'a-secret-that-is-there' } });
    expect((await mendflow(`lint --strict ${args}`, there)).code).toBe(0);
  });

  it('cannot be checked with a configuration that cannot be read', async () => {
    const { code, err } = await mendflow(`lint --config ${join(folder, 'none.conf')} ${write('good.yaml', good)}`);
    expect(code).toBe(2);
    expect(err).toContain('none.conf: cannot be read (ENOENT)');
  });
});
