import { connectCluster } from '../../../activities/kubernetes/client.ts';
import type { Cluster } from '../../../activities/kubernetes/port.ts';
import type { ActionSpec } from '../../../domain/policy/action.ts';
import { writeKubeconfig } from '../../../sandbox/credentials.ts';
import { type KubernetesApi, openKubeconfig } from '../../../sandbox/kubernetes-api.ts';
import { eventually } from '../../../sandbox/process.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts';

export const namespace = 'shop';

export interface RawObject {
  metadata: {
    name: string;
    namespace: string;
    uid: string;
    generation?: number;
    deletionTimestamp?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  spec: {
    replicas?: number;
    template?: { metadata: { annotations?: Record<string, string> }; spec: { containers: RawContainer[] } };
    containers?: RawContainer[];
  };
  status: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    readyReplicas?: number;
    numberAvailable?: number;
    conditions?: { type: string; status: string }[];
    containerStatuses?: { name: string; resources?: RawContainer['resources'] }[];
  };
}

interface RawContainer {
  name: string;
  image: string;
  resources?: { limits?: Record<string, string>; requests?: Record<string, string> };
}

/** A real API server with simulated nodes, one namespace, and the port as an administrator. */
export interface World {
  sandbox: Sandbox;
  api: KubernetesApi;
  cluster: Cluster;
  /** The port as an account that has exactly these rights in the namespace. */
  clusterAs(account: string, permissions: ActionSpec['permissions']): Promise<Cluster>;
  /** Applies a workload whose pods run nowhere but in kwok, and waits until it is ready. */
  deploy(
    kind: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'ReplicaSet',
    name: string,
    spec?: object,
  ): Promise<RawObject>;
  pods(app: string): Promise<RawObject[]>;
  stop(): Promise<void>;
}

/** The account of the pods. */
export const podAccount = 'app';

/** A pod template with one container; `resources` are its own. */
export const template = (app: string, resources: object = {}) => ({
  metadata: { labels: { app } },
  spec: {
    containers: [{ name: 'app', image: 'example.invalid/app:1', resources }],
    serviceAccountName: podAccount,
    terminationGracePeriodSeconds: 1,
  },
});

export const appsPath = (kind: string, name = '') =>
  `/apis/apps/v1/namespaces/${namespace}/${kind.toLowerCase()}s${name === '' ? '' : `/${name}`}`;
export const corePath = (kind: string, name = '') =>
  `/api/v1/namespaces/${namespace}/${kind}${name === '' ? '' : `/${name}`}`;

/** Changes some fields of the object at the path, as a person would: an administrator, by a merge patch. */
export const change = async ({ api }: World, path: string, content: object): Promise<void> => {
  await api.call('PATCH', path, { type: 'application/merge-patch+json', content });
};

/** Throws when the condition does not hold in time, so that a test never goes on without it. */
export async function until(what: string, holds: () => Promise<boolean>, withinMs = 20_000): Promise<void> {
  if (!(await eventually(holds, withinMs))) throw new Error(`not within ${withinMs} ms: ${what}`);
}

export async function startWorld(): Promise<World> {
  const sandbox = await startSandbox({ parts: ['kubernetes', 'kwok'], audit: true });
  const api = openKubeconfig(sandbox.kubernetes.adminKubeconfig);
  await api.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }]);
  await api.apply([{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: podAccount, namespace } }]);
  await until('the service account', async () => {
    return api.call('GET', corePath('serviceaccounts', 'default')).then(
      () => true,
      () => false,
    );
  });
  const opened: Cluster[] = [];
  const open = (kubeconfig: string) => {
    const cluster = connectCluster({ kubeconfig });
    opened.push(cluster);
    return cluster;
  };
  const pods: World['pods'] = async (app) => {
    const found = await api.call<{ items: RawObject[] }>('GET', `${corePath('pods')}?labelSelector=app%3D${app}`);
    return found.items;
  };
  return {
    sandbox,
    api,
    pods,
    cluster: open(sandbox.kubernetes.adminKubeconfig),
    clusterAs: async (account, permissions) => open(await accountKubeconfig(sandbox, api, account, permissions)),
    async deploy(kind, name, spec = {}) {
      const replicas = kind === 'DaemonSet' ? {} : { replicas: 3 };
      const content = { selector: { matchLabels: { app: name } }, template: template(name), ...replicas, ...spec };
      const service = kind === 'StatefulSet' ? { serviceName: name } : {};
      const metadata = { name, namespace, labels: { app: name } };
      await api.apply([{ apiVersion: 'apps/v1', kind, metadata, spec: { ...service, ...content } }]);
      await until(`${kind} ${name} is observed`, async () => (await pods(name)).length > 0);
      return api.call<RawObject>('GET', appsPath(kind, name));
    },
    async stop() {
      for (const cluster of opened) await cluster.close();
      await api.close();
      await sandbox.stop();
    },
  };
}

async function accountKubeconfig(
  sandbox: Sandbox,
  api: KubernetesApi,
  account: string,
  permissions: ActionSpec['permissions'],
): Promise<string> {
  const metadata = { name: account, namespace };
  const rbac = 'rbac.authorization.k8s.io';
  const subjects = [{ kind: 'ServiceAccount', name: account, namespace }];
  const grants = (kind: 'Role' | 'ClusterRole', rules: ActionSpec['permissions']) => [
    { apiVersion: `${rbac}/v1`, kind, metadata, rules: rules.map(({ everywhere: _, ...rule }) => rule) },
    {
      apiVersion: `${rbac}/v1`,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup: rbac, kind, name: account },
      subjects,
    },
  ];
  const ofCluster = permissions.filter(({ resources, everywhere }) => resources.includes('nodes') || everywhere);
  const objects = [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    ...grants(
      'Role',
      permissions.filter((rule) => !ofCluster.includes(rule)),
    ),
    ...(ofCluster.length === 0 ? [] : grants('ClusterRole', ofCluster)),
  ];
  await api.apply(objects);
  return kubeconfigOf({ sandbox, api }, account);
}

/** A token of the service account, for ten minutes or more; `bound` ends with it. */
export async function tokenOf({ api }: Pick<World, 'api'>, account: string, bound?: RawObject): Promise<string> {
  const boundObjectRef = bound && {
    kind: 'Secret',
    apiVersion: 'v1',
    name: bound.metadata.name,
    uid: bound.metadata.uid,
  };
  const spec = { ...(boundObjectRef && { boundObjectRef }) };
  const request = {
    type: 'application/json',
    content: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec },
  };
  const path = `${corePath('serviceaccounts', account)}/token`;
  return (await api.call<{ status: { token: string } }>('POST', path, request)).status.token;
}

/** Writes a kubeconfig of the service account with a token of its own, or with what is given, and returns its path. */
export async function kubeconfigOf(
  world: Pick<World, 'sandbox' | 'api'>,
  account: string,
  by?: { tokenFile: string },
): Promise<string> {
  const { sandbox } = world;
  const { server, caFile } = sandbox.kubernetes;
  const file = `${sandbox.dataFolder}/${account}.kubeconfig`;
  const access = by ?? { token: await tokenOf(world, account) };
  return writeKubeconfig(file, { cluster: sandbox.cluster, server, caFile, user: account, ...access });
}
