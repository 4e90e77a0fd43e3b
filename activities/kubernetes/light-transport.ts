import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent } from 'undici';
import { type ClusterOptions, type Credentials, type OpenTransport, poolOf, transportOver } from './access.ts';
import { type Environment, kubeconfigsOf, type PlainAccess, plainKubeconfig } from './plain-kubeconfig.ts';

const accountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Opens the API server as `openTransport` does, without the client library where access is plain: the pod's own account,
 * or a kubeconfig with tokens and certificates. The library alone takes 80 MB; everything else is left to it.
 */
export async function openLightTransport(
  options: ClusterOptions = {},
  env: Environment = process.env,
): Promise<OpenTransport> {
  const plain = plainAccess(options, env);
  if (plain === undefined) return (await import('./client.ts')).openTransport(options);
  let access: PlainAccess = plain;
  const read = async ({ anew }: { anew: boolean }) => {
    if (anew) access = plainAccess(options, env) ?? access;
    return credentialsOf(access, options);
  };
  return transportOver(read, options);
}

/** The kubeconfig, or the pod's own account where none is named and the home folder has none; several are left to the library. */
function plainAccess({ kubeconfig, context }: ClusterOptions, env: Environment): PlainAccess | undefined {
  const [file = '', ...more] = kubeconfigsOf(kubeconfig, env);
  const isNamed = kubeconfig !== undefined || Boolean(env.KUBECONFIG);
  if (!isNamed && !existsSync(file)) return ownAccount(env);
  return more.length > 0 ? undefined : plainKubeconfig(file, context);
}

function ownAccount({ KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' }: Environment) {
  if (!host || !existsSync(join(accountFolder, 'token'))) return undefined;
  const text = (name: string) => readFileSync(join(accountFolder, name), 'utf8').trim();
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    tls: () => ({ ca: text('ca.crt') }),
    token: () => text('token'),
  };
}

function credentialsOf({ server, tls, token }: PlainAccess, options: ClusterOptions): Credentials {
  const secured = tls();
  const bearer = token();
  return {
    server,
    headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
    tls: JSON.stringify(secured),
    connect: () => new Agent({ ...poolOf(options), connect: secured }),
  };
}
