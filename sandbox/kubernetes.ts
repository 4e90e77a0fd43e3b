import { join } from 'node:path';
import { resolveBinary } from './binaries/index.ts';
import { type Component, components, createCredentials, writeKubeconfig } from './credentials.ts';
import { wantedPort } from './free-port.ts';
import { type KubernetesApi, openKubernetesApi, readManifest } from './kubernetes-api.ts';
import type { PartContext } from './part.ts';
import { eventually } from './process.ts';
import { productRoles } from './product-roles.ts';
import { SandboxError } from './sandbox-error.ts';

/** The cluster of a sandbox. */
export interface Kubernetes {
  /** `https://127.0.0.1:<port>`. */
  server: string;
  caFile: string;
  adminKubeconfig: string;
  /** Path of the kubeconfig of a component, with its own token and rights. */
  kubeconfig(component: Component): string;
  /** By which the API server knows the component. */
  token(component: Component): string;
  /** One JSON object a line, of every request but the control plane's own; absent unless asked for. */
  auditLog?: string;
}

const manifest = (name: string) => join(import.meta.dirname, 'manifests', name);
const shippedAdmission = join(import.meta.dirname, '../deploy/admission/pods-dry-run-only.yaml');

const controllers = [
  ...['deployment', 'replicaset', 'statefulset', 'daemonset', 'job', 'cronjob', 'disruption', 'garbage-collector'],
  ...['namespace', 'serviceaccount', 'root-ca-certificate-publisher', 'node-lifecycle', 'taint-eviction'],
  ...['pod-garbage-collector', 'endpointslice'],
].map((name) => `${name}-controller`);

async function startEtcd(context: PartContext): Promise<string> {
  const [client, peer] = [await wantedPort('etcd', undefined), await wantedPort('etcd', undefined)];
  const url = `http://127.0.0.1:${client}`;
  const peerUrl = `http://127.0.0.1:${peer}`;
  await context.supervisor.start({
    name: 'etcd',
    command: await resolveBinary('etcd', context.progress),
    args: [
      `--data-dir=${join(context.dataFolder, 'etcd')}`,
      ...[`--listen-client-urls=${url}`, `--advertise-client-urls=${url}`],
      ...[`--listen-peer-urls=${peerUrl}`, `--initial-advertise-peer-urls=${peerUrl}`],
      `--initial-cluster=default=${peerUrl}`,
      ...['--unsafe-no-fsync', '--log-level=warn'],
    ],
    ready: async () => (await fetch(`${url}/health`)).ok,
  });
  return url;
}

async function startApiServer(context: PartContext, etcdUrl: string) {
  const folder = join(context.dataFolder, 'kubernetes');
  const credentials = createCredentials(folder);
  const port = await wantedPort('the Kubernetes API', context.ports.kubernetes);
  const server = `https://127.0.0.1:${port}`;
  const caFile = join(folder, 'apiserver.crt');
  const auditLog = context.audit ? join(folder, 'audit.log') : undefined;
  await context.supervisor.start({
    name: 'kube-apiserver',
    command: await resolveBinary('kube-apiserver', context.progress),
    args: [
      ...[`--etcd-servers=${etcdUrl}`, `--secure-port=${port}`, '--bind-address=127.0.0.1', `--cert-dir=${folder}`],
      ...['--service-account-issuer=https://kubernetes.default.svc', '--service-cluster-ip-range=10.96.0.0/16'],
      `--service-account-key-file=${credentials.signingKeyFile}`,
      `--service-account-signing-key-file=${credentials.signingKeyFile}`,
      ...['--authorization-mode=Node,RBAC', `--token-auth-file=${credentials.tokenFile}`, '--allow-privileged=true'],
      ...['--profiling=false', '--kubelet-preferred-address-types=InternalIP'],
      ...(auditLog === undefined
        ? []
        : [`--audit-log-path=${auditLog}`, `--audit-policy-file=${manifest('audit-policy.yaml')}`]),
    ],
    ready: async () => {
      const api = openKubernetesApi({ server, caFile, token: credentials.token('admin') });
      return api.call('GET', '/readyz').then(
        () => api.close().then(() => true),
        () => api.close().then(() => false),
      );
    },
    readyWithinMs: 60_000,
  });
  return { server, caFile, credentials, ...(auditLog !== undefined && { auditLog }) };
}

function controlPlane(kubernetes: Kubernetes, signingKeyFile: string) {
  return [
    {
      name: 'kube-controller-manager' as const,
      args: [
        ...[`--kubeconfig=${kubernetes.kubeconfig('controller-manager')}`, '--secure-port=0', '--leader-elect=false'],
        ...[`--controllers=${controllers.join(',')}`, '--use-service-account-credentials=true'],
        ...[`--service-account-private-key-file=${signingKeyFile}`, `--root-ca-file=${kubernetes.caFile}`],
        ...['--kube-api-qps=200', '--kube-api-burst=400', '--profiling=false'],
      ],
    },
    {
      name: 'kube-scheduler' as const,
      args: [
        ...[`--kubeconfig=${kubernetes.kubeconfig('scheduler')}`, '--secure-port=0', '--leader-elect=false'],
        ...['--kube-api-qps=200', '--kube-api-burst=400', '--profiling=false'],
      ],
    },
  ];
}

/** The controllers work once they have made the account without which no pod can be created. */
async function waitForControllers(context: PartContext, api: KubernetesApi): Promise<void> {
  const account = '/api/v1/namespaces/default/serviceaccounts/default';
  const isThere = async () => (await api.call('GET', account)) !== undefined;
  if (await eventually(isThere, 30_000)) return;
  const { logFile } = context.supervisor.process('kube-controller-manager');
  throw new SandboxError(`the controllers do not work after 30 s; see ${logFile}`);
}

/** What lets the components in; before the worker may create pods, it is kept to dry runs. */
const firstObjects = () => [
  ...readManifest(shippedAdmission),
  ...readManifest(manifest('rbac.yaml')),
  ...productRoles(),
];

/** Starts etcd, the API server, the controllers and the scheduler; resolves when pods can be created. */
export async function startKubernetes(context: PartContext): Promise<Kubernetes> {
  const etcdUrl = await startEtcd(context);
  const { server, caFile, credentials, auditLog } = await startApiServer(context, etcdUrl);
  const kubeconfig = (component: Component) => join(context.dataFolder, 'kubernetes', `${component}.kubeconfig`);
  for (const component of Object.keys(components) as Component[]) {
    const access = { cluster: context.cluster, server, caFile, token: credentials.token(component) };
    writeKubeconfig(kubeconfig(component), { ...access, user: components[component].user });
  }
  const kubernetes: Kubernetes = {
    ...{ server, caFile, kubeconfig, adminKubeconfig: kubeconfig('admin'), token: credentials.token },
    ...(auditLog !== undefined && { auditLog }),
  };
  const api = openKubernetesApi({ server, caFile, token: credentials.token('admin') });
  try {
    const starts = controlPlane(kubernetes, credentials.signingKeyFile).map(async ({ name, args }) =>
      context.supervisor.start({ name, command: await resolveBinary(name, context.progress), args }),
    );
    await Promise.all([...starts, api.apply(firstObjects())]);
    await waitForControllers(context, api);
  } finally {
    await api.close();
  }
  return kubernetes;
}
