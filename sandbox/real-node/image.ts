import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programOf } from './host.ts';

/** Holds the namespaces of a pod. */
export const pauseImage = 'registry.example/pause:1.0.0';

const digestOf = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

const configOf = (layerDigest: string, title: string) => ({
  ...{ architecture: process.arch === 'x64' ? 'amd64' : process.arch, os: 'linux' },
  config: { Env: ['PATH=/bin'], Cmd: ['/bin/sleep', 'infinity'], Labels: { title } },
  rootfs: { type: 'layers', diff_ids: [`sha256:${layerDigest}`] },
});

/**
 * Writes an archive for `ctr images import` into the folder: under each name Debian's busybox and nothing else. It stands
 * for every application; no registry is asked.
 */
export function writeImages(folder: string, names: readonly string[]): void {
  const work = join(folder, 'image');
  const rootFs = join(work, 'root');
  for (const name of ['bin', 'tmp', 'etc', 'proc', 'dev', 'sys']) mkdirSync(join(rootFs, name), { recursive: true });
  const busybox = programOf('busybox') ?? '';
  copyFileSync(busybox, join(rootFs, 'bin', 'busybox'));
  chmodSync(join(rootFs, 'tmp'), 0o1777);
  const applets = execFileSync(busybox, ['--list'], { encoding: 'utf8' }).trim().split('\n');
  for (const applet of applets.filter((name) => name !== 'busybox'))
    symlinkSync('busybox', join(rootFs, 'bin', applet));
  const layer = join(work, 'layer.tar');
  execFileSync('tar', ['--owner=0', '--group=0', '--numeric-owner', '-C', rootFs, '-cf', layer, '.']);
  const files = [pauseImage, ...names].map((name, index) => {
    const file = `config-${index}.json`;
    // Images of the same content would be one image, of which the kubelet tells but one name.
    writeFileSync(join(work, file), JSON.stringify(configOf(digestOf(layer), name)));
    return { Config: file, RepoTags: [name], Layers: ['layer.tar'] };
  });
  writeFileSync(join(work, 'manifest.json'), JSON.stringify(files));
  const members = ['manifest.json', ...files.map(({ Config }) => Config), 'layer.tar'];
  execFileSync('tar', ['-C', work, '-cf', join(folder, 'images.tar'), ...members]);
  rmSync(work, { recursive: true });
}
