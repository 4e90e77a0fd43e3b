import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checksumIn, download } from '../../../sandbox/binaries/download.ts';
import type { Checksum, Server } from '../../../sandbox/binaries/server.ts';

const program = '#!/bin/sh\necho hello\n';
const sha256 = createHash('sha256').update(program).digest('hex');

let folder: string;
let http: HttpServer;
let url: string;
let published: Record<string, string>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'download-'));
  published = { '/tool': program };
  http = createServer((request, response) => {
    const body = published[request.url ?? ''];
    response.statusCode = body === undefined ? 404 : 200;
    response.end(body);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
});

afterEach(async () => {
  await new Promise((resolve) => http.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

const fetchTool = (checksum: Checksum) => {
  const server: Server = {
    ...{ name: 'tool', version: '1', commands: [], versionArgs: [], fits: () => true },
    release: () => ({ url: `${url}/tool`, checksum }),
    recipe: { kind: 'go-install', module: 'example.com/tool' },
  };
  return download(server, { folder, target: join(folder, 'target') }, () => undefined);
};

describe('a download', () => {
  it('is put in place, executable, when the published checksum is right', async () => {
    published['/tool.sha256'] = `${sha256}\n`;
    await fetchTool({ file: `${url}/tool.sha256` });
    expect(readFileSync(join(folder, 'target'), 'utf8')).toBe(program);
    expect(statSync(join(folder, 'target')).mode & 0o111).not.toBe(0);
  });

  it('is refused when the checksum differs', async () => {
    published['/tool.sha256'] = `${'0'.repeat(64)}\n`;
    await expect(fetchTool({ file: `${url}/tool.sha256` })).rejects.toThrow(`checksum ${sha256}, published is 000`);
  });

  it('is refused when no checksum is published', async () => {
    await expect(fetchTool({ file: `${url}/tool.sha256` })).rejects.toThrow('answered 404');
  });

  it('takes the digest that GitHub keeps of the asset', async () => {
    published['/release'] = JSON.stringify({ assets: [{ name: 'tool', digest: `sha256:${sha256}` }] });
    await fetchTool({ githubRelease: `${url}/release`, asset: 'tool' });
    expect(readFileSync(join(folder, 'target'), 'utf8')).toBe(program);
  });

  it('is refused when GitHub keeps no digest of the asset', async () => {
    published['/release'] = JSON.stringify({ assets: [{ name: 'tool' }] });
    await expect(fetchTool({ githubRelease: `${url}/release`, asset: 'tool' })).rejects.toThrow('no checksum');
  });
});

describe('a published checksum', () => {
  it.each([
    ['alone', sha256],
    ['in a list', `${'1'.repeat(64)}  other\n${sha256}  tool\n`],
    ['in a list of binary files', `${sha256} *tool\n`],
    ['in a list with folders', `${sha256}  ./release/tool\n`],
  ])('is read when it stands %s', (_, text) => {
    expect(checksumIn(text, 'tool')).toBe(sha256);
  });

  it('is not taken from the line of another file', () => {
    expect(() => checksumIn(`${sha256}  tool.exe\n`, 'tool')).toThrow('no checksum is published for tool');
  });
});
