import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { catalogue } from '../../sandbox/binaries/catalogue.ts';
import { binaryVariable, resolveBinary } from '../../sandbox/binaries/index.ts';
import type { Server } from '../../sandbox/binaries/server.ts';
import { silent } from '../../sandbox/progress.ts';

const server: Server = {
  ...{ name: 'some-server', version: '1.2.3', commands: ['some-server'], versionArgs: ['--version'] },
  fits: (printed) => printed.includes('1.2.3'),
  release: () => undefined,
  recipe: { kind: 'go-install', module: 'example.com/some-server' },
};

type Source = (server: Server, place: { folder: string; target: string }) => Promise<void>;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'binaries-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program that prints the version given. */
function aProgram(file: string, version: string): string {
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, `#!/bin/sh\necho some-server ${version}\n`);
  chmodSync(file, 0o755);
  return file;
}

const cached = () => join(folder, 'cache', 'bin', 'some-server-1.2.3');
const onPath = () => join(folder, 'path', 'some-server');

function resolve(env: NodeJS.ProcessEnv = {}, sources: Source[] = []) {
  const surroundings = { MENDFLOW_CACHE: join(folder, 'cache'), PATH: join(folder, 'path'), ...env };
  return resolveBinary('some-server', silent, { env: surroundings, servers: [server], sources });
}

const refuses =
  (reason: string): Source =>
  () =>
    Promise.reject(new Error(reason));
const makes: Source = (_, { target }) => Promise.resolve(void aProgram(target, '1.2.3'));

describe('resolving a server', () => {
  it('takes the program of the environment variable before every other', async () => {
    const given = aProgram(join(folder, 'mine'), '9.9.9');
    aProgram(onPath(), '1.2.3');
    aProgram(cached(), '1.2.3');
    await expect(resolve({ MENDFLOW_BIN_SOME_SERVER: given })).resolves.toBe(given);
  });

  it('says so when the environment variable names no program', async () => {
    await expect(resolve({ MENDFLOW_BIN_SOME_SERVER: join(folder, 'nothing') })).rejects.toThrow(
      /MENDFLOW_BIN_SOME_SERVER names .*nothing, which is not a program/,
    );
  });

  it('takes the program on PATH before the cache', async () => {
    aProgram(onPath(), '1.2.3');
    aProgram(cached(), '1.2.3');
    await expect(resolve()).resolves.toBe(onPath());
  });

  it('passes over a program on PATH of another version', async () => {
    aProgram(onPath(), '1.2.4');
    aProgram(cached(), '1.2.3');
    await expect(resolve()).resolves.toBe(cached());
  });

  it('asks the sources in order and keeps in the cache what the first good one makes', async () => {
    await expect(resolve({}, [refuses('no connection'), makes, refuses('never asked')])).resolves.toBe(cached());
    await expect(resolve({}, [refuses('not asked again')])).resolves.toBe(cached());
  });

  it('names every refusal and every way to provide the server when none works', async () => {
    const error = await resolve({}, [refuses('github.com cannot be reached'), refuses('go is not installed')]).then(
      () => undefined,
      (rejection: Error) => rejection,
    );
    expect(error?.message).toContain('github.com cannot be reached; go is not installed');
    for (const way of ['MENDFLOW_BIN_SOME_SERVER', 'on PATH', cached(), 'internet', 'install Go']) {
      expect(error?.message).toContain(way);
    }
  });

  it('does not tell to put on PATH what is never looked for there', async () => {
    const env = { MENDFLOW_CACHE: join(folder, 'cache'), PATH: '' };
    const servers = [{ ...server, commands: [] }];
    const resolving = resolveBinary('some-server', silent, { env, servers, sources: [refuses('no connection')] });
    await expect(resolving).rejects.toThrow(/1\. set MENDFLOW_BIN_SOME_SERVER.*\n {2}2\. put it in the cache/);
  });

  it('leaves neither half-made programs nor work folders behind when a source fails', async () => {
    const half: Source = (_, place) => {
      writeFileSync(join(place.folder, 'half'), '');
      return Promise.reject(new Error('broke off'));
    };
    await expect(resolve({}, [half])).rejects.toThrow('broke off');
    expect(readdirSync(join(folder, 'cache', 'bin'))).toEqual([]);
  });

  it('makes the program once when it is asked for twice at the same time', async () => {
    let made = 0;
    const counted: Source = (...args) => {
      made += 1;
      return makes(...args);
    };
    await Promise.all([resolve({}, [counted]), resolve({}, [counted])]);
    expect(made).toBe(1);
    expect(existsSync(cached())).toBe(true);
  });

  it('says how to choose another cache folder where this one cannot be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    const MENDFLOW_CACHE = join(folder, 'file', 'cache');
    await expect(resolve({ MENDFLOW_CACHE }, [makes])).rejects.toThrow(
      `${MENDFLOW_CACHE}/bin cannot be written (ENOTDIR); set MENDFLOW_CACHE to a folder that can`,
    );
  });

  it('rejects a server it does not know and names those it knows', async () => {
    await expect(resolveBinary('nginx', silent, { servers: [server] })).rejects.toThrow('there are some-server');
  });
});

describe('the catalogue', () => {
  it('has no server twice', () => {
    const names = catalogue.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(catalogue.map((each) => [each.name, each] as const))('has a checksummed Linux release of %s', (_, each) => {
    const release = each.release({ os: 'linux', arch: 'amd64' });
    expect(release?.url).toContain(each.version);
    expect(JSON.stringify(release?.checksum)).toContain(each.version);
  });

  it.each([
    ['temporal', 'temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)', true],
    ['temporal', 'temporal version 1.5.10 (Server 1.30.0, UI 2.43.0)', false],
    ['kube-apiserver', 'Kubernetes v1.36.3', true],
    ['kube-apiserver', 'Kubernetes v1.35.0', false],
    ['prometheus', 'prometheus, version 3.16.0 (branch: HEAD)', true],
    ['prometheus', 'prometheus, version 4.1.0 (branch: HEAD)', true],
    ['prometheus', 'prometheus, version 2.42.0+ds (branch: debian/sid)', false],
    ['prometheus', 'prometheus, version  (branch: , revision: unknown)', false],
    ['promtool', 'promtool, version 3.16.1 (branch: HEAD)', true],
    ['alertmanager', 'alertmanager, version 0.31.1 (branch: )', true],
    ['alertmanager', 'alertmanager, version 0.25.0 (branch: debian/sid)', false],
    ['alertmanager', 'prom2json', false],
    ['amtool', 'amtool, version 0.31.1 (branch: )', true],
  ])('judges the version that %s prints as “%s”: fits is %s', (name, printed, fits) => {
    expect(catalogue.find((each) => each.name === name)?.fits(printed)).toBe(fits);
  });

  it('needs no package of the system to make a server: Go builds it, or Maven fetches it', () => {
    expect(catalogue.filter(({ recipe }) => !['go-install', 'go-build', 'maven'].includes(recipe.kind))).toEqual([]);
  });

  it('derives the environment variable from the name', () => {
    expect(binaryVariable('kube-apiserver')).toBe('MENDFLOW_BIN_KUBE_APISERVER');
  });
});
