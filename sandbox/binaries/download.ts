import { createHash } from 'node:crypto';
import { chmodSync, createWriteStream, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EnvHttpProxyAgent, fetch } from 'undici';
import { SandboxError } from '../sandbox-error.ts';
import { run } from './run.ts';
import type { Platform, Release, Server } from './server.ts';

/** The platform of this process in the words of release files. */
export const thisPlatform: Platform = { os: process.platform, arch: process.arch === 'x64' ? 'amd64' : process.arch };

const connectMs = 3_000;
const web = new EnvHttpProxyAgent({ connect: { timeout: connectMs } });

/** Hosts that could not be reached by this process: asked once, not once per server. */
const unreachable = new Set<string>();

async function open(url: string) {
  const { host } = new URL(url);
  if (unreachable.has(host)) throw new SandboxError(`${host} cannot be reached`);
  const answer = await fetch(url, { dispatcher: web }).catch((error: Error) => {
    unreachable.add(host);
    throw new SandboxError(
      `${host} cannot be reached (${(error.cause as Error | undefined)?.message ?? error.message})`,
    );
  });
  if (!answer.ok || !answer.body) throw new SandboxError(`${url} answered ${answer.status}`);
  return answer;
}

/** The published SHA-256 of the release file; rejects when none is published. */
async function publishedSha256({ url, checksum }: Release): Promise<string> {
  const name = basename(new URL(url).pathname);
  if ('githubRelease' in checksum) {
    const release = (await (await open(checksum.githubRelease)).json()) as {
      assets: { name: string; digest?: string }[];
    };
    const digest = release.assets.find((asset) => asset.name === checksum.asset)?.digest;
    if (digest?.startsWith('sha256:')) return digest.slice('sha256:'.length);
    throw new SandboxError(`no checksum is published for ${name}`);
  }
  return checksumIn(await (await open(checksum.file)).text(), name);
}

/** Reads `<sha256>` alone, or the line `<sha256>  <name>` of a list. */
export function checksumIn(text: string, name: string): string {
  for (const line of text.trim().split('\n')) {
    const [sha256 = '', file] = line.trim().split(/\s+\*?/);
    if (/^[0-9a-f]{64}$/.test(sha256) && (file === undefined || basename(file) === name)) return sha256;
  }
  throw new SandboxError(`no checksum is published for ${name}`);
}

async function save(url: string, file: string, tell: (detail: string) => void): Promise<void> {
  const answer = await open(url);
  const total = Number(answer.headers.get('content-length') ?? 0);
  let done = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      done += chunk.length;
      tell(`downloading ${(done / 1e6).toFixed(0)}${total ? ` of ${(total / 1e6).toFixed(0)}` : ''} MB`);
      next(null, chunk);
    },
  });
  if (answer.body) await pipeline(Readable.fromWeb(answer.body), count, createWriteStream(file));
}

/** The program in an unpacked archive. */
function findProgram(folder: string, command: string): string {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((path) => basename(path) === command);
  if (found === undefined) throw new SandboxError(`the archive holds no ${command}`);
  return join(folder, found);
}

/** Downloads the release into the folder, compares its checksum, and moves the program to its place. */
export async function download(
  server: Server,
  place: { folder: string; target: string },
  tell: (detail: string) => void,
): Promise<void> {
  const release = server.release(thisPlatform);
  if (!release) throw new SandboxError(`nothing is published for ${thisPlatform.os} ${thisPlatform.arch}`);
  tell('looking for a download');
  const wanted = await publishedSha256(release);
  const file = join(place.folder, basename(new URL(release.url).pathname));
  await save(release.url, file, tell);
  const got = createHash('sha256').update(readFileSync(file)).digest('hex');
  if (got !== wanted) throw new SandboxError(`${release.url} has checksum ${got}, published is ${wanted}`);
  const isArchive = /\.(tar\.gz|zip)$/.test(file);
  const unpacked = join(place.folder, 'unpacked');
  if (isArchive) {
    mkdirSync(unpacked);
    await (file.endsWith('.zip')
      ? run('unzip', ['-q', file, '-d', unpacked])
      : run('tar', ['-xzf', file, '-C', unpacked]));
  }
  const program = isArchive ? findProgram(unpacked, server.name) : file;
  chmodSync(program, 0o755);
  renameSync(program, place.target);
}
