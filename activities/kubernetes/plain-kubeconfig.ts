import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { trimmedEnd } from '../../domain/text/trimmed.ts';

/** How to reach a cluster whose access needs nothing but files: what to read again each time it is needed. */
export interface PlainAccess {
  server: string;
  /** For TLS; `servername` where the certificate says another name than the address. */
  tls(): { ca?: string; cert?: string; key?: string; rejectUnauthorized?: boolean; servername?: string };
  /** The bearer token, where there is one. */
  token(): string | undefined;
}

/** The variables of a process. */
export type Environment = Record<string, string | undefined>;

type Entry = Record<string, unknown>;

/** Everything else (a command, a provider, a proxy, a password, another identity) is the library's to do. */
const plainCluster = [
  ...['server', 'certificate-authority', 'certificate-authority-data'],
  ...['insecure-skip-tls-verify', 'tls-server-name', 'extensions'],
];
const plainUser = [
  ...['token', 'tokenFile', 'extensions'],
  ...['client-certificate', 'client-certificate-data', 'client-key', 'client-key-data'],
];

/** The plain access that a kubeconfig describes, or undefined when it is not there or is not that plain. */
export function plainKubeconfig(file: string, context: string | undefined): PlainAccess | undefined {
  const config = read(file);
  const named = (list: string, item: string, name: unknown) => entryOf(config, { list, item, name });
  const chosen = named('contexts', 'context', context ?? config?.['current-context']);
  const cluster = named('clusters', 'cluster', chosen?.cluster);
  const user = named('users', 'user', chosen?.user);
  if (cluster === undefined || user === undefined || typeof cluster.server !== 'string') return undefined;
  if (!isOnly(cluster, plainCluster) || !isOnly(user, plainUser)) return undefined;
  return accessOf(cluster, user, (path) => resolve(dirname(file), path));
}

/** The kubeconfigs in the order of the library: the one named, those of KUBECONFIG, else the home folder's. */
export function kubeconfigsOf(named: string | undefined, env: Environment): readonly string[] {
  if (named !== undefined) return [named];
  return env.KUBECONFIG ? env.KUBECONFIG.split(delimiter) : [join(env.HOME ?? homedir(), '.kube', 'config')];
}

/** The file that holds the bearer token of this user, where the first kubeconfig that knows the user names one. */
export function tokenFileOf(kubeconfigs: readonly string[], name: string): string | undefined {
  for (const file of kubeconfigs) {
    const user = entryOf(read(file), { list: 'users', item: 'user', name });
    if (user !== undefined)
      return typeof user.tokenFile === 'string' ? resolve(dirname(file), user.tokenFile) : undefined;
  }
  return undefined;
}

interface Sought {
  list: string;
  item: string;
  name: unknown;
}

function entryOf(config: Entry | undefined, { list, item, name }: Sought): Entry | undefined {
  const entries = Array.isArray(config?.[list]) ? (config[list] as Entry[]) : [];
  return entries.find((entry) => entry?.name === name)?.[item] as Entry | undefined;
}

const isOnly = (entry: Entry, known: readonly string[]) => Object.keys(entry).every((key) => known.includes(key));

function read(file: string): Entry | undefined {
  try {
    return parse(readFileSync(file, 'utf8')) as Entry;
  } catch {
    return undefined;
  }
}

function accessOf(cluster: Entry, user: Entry, place: (path: string) => string): PlainAccess {
  const text = (entry: Entry, key: string): string | undefined => {
    const data = entry[`${key}-data`];
    if (typeof data === 'string') return Buffer.from(data, 'base64').toString();
    const path = entry[key];
    return typeof path === 'string' ? readFileSync(place(path), 'utf8') : undefined;
  };
  const { token, tokenFile } = user;
  return {
    server: trimmedEnd(String(cluster.server), '/'),
    tls: () => {
      const ca = text(cluster, 'certificate-authority');
      const cert = text(user, 'client-certificate');
      const key = text(user, 'client-key');
      const servername = cluster['tls-server-name'];
      return {
        ...(ca && { ca }),
        ...(cert && { cert }),
        ...(key && { key }),
        ...(typeof servername === 'string' && { servername }),
        ...(cluster['insecure-skip-tls-verify'] === true && { rejectUnauthorized: false }),
      };
    },
    token: () => {
      if (typeof tokenFile === 'string') return readFileSync(place(tokenFile), 'utf8').trim();
      return typeof token === 'string' ? token : undefined;
    },
  };
}
