import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SandboxError } from '../sandbox-error.ts';

/** Programs of this machine that a real node is made of, and Debian's package of each. */
const providers: Readonly<Record<string, string>> = {
  containerd: 'containerd',
  ctr: 'containerd',
  runc: 'runc',
  busybox: 'busybox-static',
  iptables: 'iptables',
  ip: 'iproute2',
  unshare: 'util-linux',
  tar: 'tar',
};

/** Where Debian's containernetworking-plugins stand. */
export const cniPlugins = '/usr/lib/cni';

/** Path of a program; undefined where it is not on PATH or in the folders of the system. */
export function programOf(name: string, path = process.env.PATH ?? ''): string | undefined {
  const folders = [...path.split(delimiter), '/usr/sbin', '/sbin', '/usr/bin', '/bin'];
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}

/** Everything that a real node lacks on this machine, each with its remedy; empty where it can run. */
export function lacking(
  has: (name: string) => boolean = (name) => programOf(name) !== undefined,
  hasPlugins: () => boolean = () => existsSync(join(cniPlugins, 'bridge')),
): string[] {
  const missing = Object.keys(providers).filter((name) => !has(name));
  const packages = new Set(missing.map((name) => providers[name] ?? name));
  const plugins = hasPlugins() ? [] : ['containernetworking-plugins'];
  const wanted = [...packages, ...plugins];
  return [
    ...(process.platform === 'linux' && process.getuid?.() === 0
      ? []
      : ['it needs Linux and root: it makes namespaces, mounts and cgroups']),
    ...(wanted.length === 0
      ? []
      : [
          `${[...missing, ...plugins].join(', ')} missing: apt-get install --no-install-recommends ${wanted.join(' ')}`,
        ]),
  ];
}

/** Rejects, naming everything that is missing and how to get it. */
export function checkHost(): void {
  const reasons = lacking();
  if (reasons.length > 0) throw new SandboxError(`A real node cannot run here: ${reasons.join('; ')}`);
}
