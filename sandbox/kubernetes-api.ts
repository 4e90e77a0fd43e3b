import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';
import { parse, parseAllDocuments } from 'yaml';
import { components } from './credentials.ts';
import { SandboxError } from './sandbox-error.ts';

/** As much of a Kubernetes object as the sandbox looks at. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; annotations?: Record<string, string>; labels?: Record<string, string> };
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
  [field: string]: unknown;
}

/** The API server for the sandbox's own chores, as one user. */
export interface KubernetesApi {
  /** The parsed answer; rejects every status of 400 and above with the server's message. */
  call<T>(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: { type: string; content: unknown },
  ): Promise<T>;
  /** Server-side apply of every object, in order. */
  apply(objects: readonly KubernetesObject[]): Promise<void>;
  close(): Promise<void>;
}

const plurals: Record<string, string> = {
  NetworkPolicy: 'networkpolicies',
  PriorityClass: 'priorityclasses',
  Ingress: 'ingresses',
  ValidatingAdmissionPolicy: 'validatingadmissionpolicies',
};
const clusterScoped = new Set([
  ...['Namespace', 'Node', 'PersistentVolume', 'ClusterRole', 'ClusterRoleBinding', 'CustomResourceDefinition'],
  ...['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding', 'ValidatingWebhookConfiguration'],
]);

/** The path of the kind in the API, for the namespace where it has one. */
export function collectionPath(kind: Pick<KubernetesObject, 'apiVersion' | 'kind'>, namespace = 'default'): string {
  const group = kind.apiVersion.includes('/') ? `/apis/${kind.apiVersion}` : `/api/${kind.apiVersion}`;
  const plural = plurals[kind.kind] ?? `${kind.kind.toLowerCase()}s`;
  return clusterScoped.has(kind.kind) ? `${group}/${plural}` : `${group}/namespaces/${namespace}/${plural}`;
}

/** The objects of a YAML file with several documents. */
export function readManifest(file: string): KubernetesObject[] {
  return parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS() as KubernetesObject);
}

/** Opens the API server; the certificate authority is read at once. */
export function openKubernetesApi(access: { server: string; caFile: string; token: string }): KubernetesApi {
  const agent = new Agent({
    connect: { ca: readFileSync(access.caFile) },
    headersTimeout: 10_000,
    bodyTimeout: 10_000,
  });
  const call: KubernetesApi['call'] = async (method, path, body) => {
    const answer = await request(`${access.server}${path}`, {
      ...{ method, dispatcher: agent },
      headers: { authorization: `Bearer ${access.token}`, ...(body && { 'content-type': body.type }) },
      ...(body && { body: JSON.stringify(body.content) }),
    });
    const text = await answer.body.text();
    if (answer.statusCode < 400) return (text.startsWith('{') ? JSON.parse(text) : text) as never;
    const reason = text.startsWith('{') ? (JSON.parse(text) as { message?: string }).message : text;
    throw new SandboxError(`${method} ${path}: ${answer.statusCode} ${reason}`);
  };
  return {
    call,
    async apply(objects) {
      for (const object of objects) {
        const path = `${collectionPath(object, object.metadata.namespace)}/${object.metadata.name}`;
        const content = { type: 'application/apply-patch+yaml', content: object };
        await call('PATCH', `${path}?fieldManager=sandbox&force=true`, content);
      }
    },
    close: () => agent.close(),
  };
}

const ourUsers: readonly string[] = Object.values(components).map(({ user }) => user);

/** Opens the cluster of a sandbox's kubeconfig as the user it names; rejects the kubeconfig of any other cluster. */
export function openKubeconfig(file: string): KubernetesApi {
  const config = parse(readFileSync(file, 'utf8')) as {
    clusters?: { cluster: { server: string; 'certificate-authority'?: string } }[];
    users?: { name: string; user: { token?: string } }[];
  };
  const { server, 'certificate-authority': caFile } = config.clusters?.[0]?.cluster ?? { server: 'none:' };
  const { name = '', user } = config.users?.[0] ?? {};
  const isOurs = new URL(server).hostname === '127.0.0.1' && ourUsers.includes(name);
  if (!isOurs || caFile === undefined || user?.token === undefined) {
    throw new SandboxError(`${file} is not a kubeconfig of a sandbox`);
  }
  return openKubernetesApi({ server, caFile, token: user.token });
}
