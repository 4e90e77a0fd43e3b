import { execFileSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** A file or folder of this machine that the bare one sees, at another path or at the same. */
export interface Shown {
  from: string;
  to: string;
  isWritable?: boolean;
}

/** What the bare machine takes over from this one. */
export interface Host {
  /** Node, npm, Go, and what it takes to reach the package registries. */
  shown: readonly Shown[];
  /** Variables that say how the registries are reached; no more of the environment is handed on. */
  env: Readonly<Record<string, string>>;
  /** `Node v20.1.0, npm 11.1.0, go1.26.8`. */
  versions: string;
}

/** Says why the check cannot be run here. */
export class CannotRunHere extends Error {}

const handedOn = [
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'],
  ...['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS'],
];

/** What a command prints; empty where it fails. */
function printed(command: string, ...args: string[]): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
}

/** A program of this machine; the Node that npm packages bring does not count. */
function onPath(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}

const providers: Record<string, string> = {
  debootstrap: 'apt-get install debootstrap',
  git: 'apt-get install git',
  unshare: 'apt-get install util-linux',
  setpriv: 'apt-get install util-linux',
  node: 'https://nodejs.org',
  npm: 'https://nodejs.org',
  go: 'https://go.dev/dl',
};

/** Rejects, naming everything that is missing and where it comes from. */
function checkTools(): void {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new CannotRunHere('it needs Linux and root: it makes a root file system and mounts it');
  }
  const missing = Object.keys(providers).filter((name) => onPath(name) === undefined);
  if (missing.length === 0) return;
  throw new CannotRunHere(missing.map((name) => `${name} is missing (${providers[name]})`).join('; '));
}

/** Settings of Go and npm that say where packages come from, as variables; `null` and empty ones are left out. */
function registries(npm: string): Record<string, string> {
  const settings: Record<string, string> = {};
  for (const name of ['GOPROXY', 'GOSUMDB', 'GONOSUMDB', 'GOPRIVATE']) settings[name] = printed('go', 'env', name);
  for (const name of ['registry', 'cafile']) settings[`npm_config_${name}`] = printed(npm, 'config', 'get', name);
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== '' && value !== 'null'));
}

/** What the bare machine takes over from this one; throws where a tool is missing. */
export function readHost(): Host {
  checkTools();
  const node = realpathSync(onPath('node') ?? '');
  const npm = realpathSync(onPath('npm') ?? '');
  const go = printed('go', 'env', 'GOROOT');
  const given = Object.fromEntries(handedOn.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
  const env: Record<string, string> = { ...given, ...registries(npm) };
  const authorities = ['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS', 'npm_config_cafile'].map((name) => env[name] ?? '');
  // Go trusts nobody on a machine without certificates; there this machine's are shown at the usual place.
  const certificates = '/etc/ssl/certs/ca-certificates.crt';
  const files = [...new Set([...authorities, certificates, '/etc/resolv.conf', '/etc/hosts'])];
  return {
    shown: [
      { from: node, to: '/usr/local/bin/node' },
      { from: dirname(dirname(npm)), to: '/usr/local/lib/node_modules/npm' },
      { from: go, to: '/usr/local/go' },
      ...files.filter((file) => existsSync(file)).map((file) => ({ from: realpathSync(file), to: file })),
    ],
    env,
    versions: `Node ${printed(node, '--version')}, npm ${printed(npm, '--version')}, ${printed('go', 'env', 'GOVERSION')}`,
  };
}
