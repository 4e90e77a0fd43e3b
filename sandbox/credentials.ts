import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** Who talks to the API server: each component has a token of its own, and what RBAC gives to its name. */
export const components = {
  admin: { user: 'sandbox-admin', groups: ['system:masters'] },
  'controller-manager': { user: 'system:kube-controller-manager', groups: [] },
  scheduler: { user: 'system:kube-scheduler', groups: [] },
  kwok: { user: 'sandbox-kwok', groups: [] },
  'node-a': { user: 'system:node:node-a', groups: ['system:nodes'] },
  'node-b': { user: 'system:node:node-b', groups: ['system:nodes'] },
  worker: { user: 'mendflow-worker', groups: [] },
  watcher: { user: 'mendflow-watcher', groups: [] },
} as const;

export type Component = keyof typeof components;

const componentNames = Object.keys(components) as Component[];

/** The files by which the cluster's components know each other. */
export interface Credentials {
  tokenFile: string;
  signingKeyFile: string;
  token(component: Component): string;
}

function rowOf(name: Component): string {
  const { user, groups } = components[name];
  return `${randomBytes(24).toString('hex')},${user},${name},"${groups.join(',')}"`;
}

/** Random tokens and the key for service accounts; those of an earlier start when the folder has them. */
export function createCredentials(folder: string): Credentials {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const tokenFile = join(folder, 'tokens.csv');
  const signingKeyFile = join(folder, 'service-accounts.key');
  const known = existsSync(tokenFile) ? readFileSync(tokenFile, 'utf8').trim().split('\n') : [];
  // A folder of an earlier version lacks the components that have come since.
  const fresh = componentNames.filter((name) => !known.some((row) => row.split(',')[2] === name));
  if (fresh.length > 0) writeFileSync(tokenFile, `${[...known, ...fresh.map(rowOf)].join('\n')}\n`, { mode: 0o600 });
  if (!existsSync(signingKeyFile)) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    writeFileSync(signingKeyFile, privateKey.export({ type: 'sec1', format: 'pem' }), { mode: 0o600 });
  }
  const rows = readFileSync(tokenFile, 'utf8').trim().split('\n');
  const tokens = new Map(rows.map((row) => [row.split(',')[2] ?? '', row.split(',')[0] ?? '']));
  return { tokenFile, signingKeyFile, token: (component) => tokens.get(component) ?? '' };
}

/** How somebody is let in: a token, or a file whose token is replaced now and then. */
type Bearer = { token: string; tokenFile?: never } | { token?: never; tokenFile: string };

/**
 * Writes the kubeconfig of one component and returns its path; the context is called like the cluster. `serverName`: what
 * the server's certificate is asked for, where it is reached by another name.
 */
export function writeKubeconfig(
  file: string,
  access: { cluster: string; server: string; caFile: string; user: string; serverName?: string } & Bearer,
): string {
  const { cluster, server, caFile, user, token, tokenFile, serverName } = access;
  const name = serverName === undefined ? {} : { 'tls-server-name': serverName };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': cluster,
    clusters: [{ name: cluster, cluster: { server, 'certificate-authority': caFile, ...name } }],
    users: [{ name: user, user: tokenFile === undefined ? { token } : { tokenFile } }],
    contexts: [{ name: cluster, context: { cluster, user } }],
  };
  writeFileSync(file, stringify(config), { mode: 0o600 });
  return file;
}
