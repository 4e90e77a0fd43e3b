import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { parse } from 'yaml';
import { policyPermissions } from '../../activities/kubernetes/policy-resources.ts';
import { writeKubeconfig } from '../../sandbox/credentials.ts';
import {
  type KubernetesApi,
  type KubernetesObject,
  openKubeconfig,
  readManifest,
} from '../../sandbox/kubernetes-api.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { until } from './product/until.ts';

const root = join(import.meta.dirname, '..', '..');
export const policiesPath = '/apis/mendflow.dev/v1alpha1/remediationpolicies';
const definitionPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/remediationpolicies.mendflow.dev';

/** What the API server said to an apply. */
export interface Reply {
  status: number;
  /** Of a refusal, else empty. */
  message: string;
  /** Of the header that kubectl prints. */
  warning: string;
}

/** A real API server on its own, and what only policies need of it. */
export interface PolicyCluster {
  sandbox: Sandbox;
  admin: KubernetesApi;
  /** Applies the generated definition and waits until the API server serves it. */
  install(): Promise<void>;
  /** Creates as kubectl does; `query` such as dryRun=All. */
  create(policy: object, query?: string): Promise<Reply>;
  /** A kubeconfig of an account that may do exactly what the source `crd` needs. */
  sourceKubeconfig(): Promise<string>;
  stop(): Promise<void>;
}

/** The ready-made policies, as the files say them. */
export const readyMade = (): KubernetesObject[] =>
  ['crash-loop', 'memory-leak'].flatMap((name) => readManifest(join(root, 'policies', `${name}.yaml`)));

/** Starts etcd and the API server; the definition is not installed yet. */
export async function startPolicyCluster(): Promise<PolicyCluster> {
  const sandbox = await startSandbox({ parts: ['kubernetes'], audit: true });
  const { server, caFile, adminKubeconfig } = sandbox.kubernetes;
  const admin = openKubeconfig(adminKubeconfig);
  const agent = new Agent({ connect: { ca: readFileSync(caFile) } });
  const { users } = parse(readFileSync(adminKubeconfig, 'utf8')) as { users: { user: { token: string } }[] };
  const headers = { authorization: `Bearer ${users[0]?.user.token}`, 'content-type': 'application/json' };
  return {
    ...{ sandbox, admin },
    async install() {
      await admin.apply(readManifest(join(root, 'deploy', 'crd', 'remediationpolicies.yaml')));
      await until('the definition is established', async () => {
        const { status } = await admin.call<{ status: { conditions: { type: string; status: string }[] } }>(
          'GET',
          definitionPath,
        );
        return status.conditions.some(({ type, status: is }) => type === 'Established' && is === 'True');
      });
      await until('the resource is served', () => admin.call('GET', policiesPath).then(() => true));
    },
    async create(policy, query = '') {
      const url = `${server}${policiesPath}?${query}`;
      const answer = await request(url, { method: 'POST', dispatcher: agent, headers, body: JSON.stringify(policy) });
      const body = (await answer.body.json()) as { message?: string };
      const warning = String(answer.headers.warning ?? '');
      return { status: answer.statusCode, message: body.message ?? '', warning };
    },
    sourceKubeconfig: () => accountFor(sandbox, admin),
    async stop() {
      await agent.close();
      await admin.close();
      await sandbox.stop();
    },
  };
}

async function accountFor({ kubernetes, cluster, dataFolder }: Sandbox, admin: KubernetesApi): Promise<string> {
  const [name, namespace, rbac] = ['policy-source', 'default', 'rbac.authorization.k8s.io'];
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  await admin.apply([
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } },
    { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name }, rules: policyPermissions },
    {
      ...{ apiVersion: `${rbac}/v1`, kind: 'ClusterRoleBinding', metadata: { name } },
      ...{ roleRef: { apiGroup: rbac, kind: 'ClusterRole', name }, subjects },
    },
  ]);
  const { status } = await admin.call<{ status: { token: string } }>(
    'POST',
    `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
    { type: 'application/json', content: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} } },
  );
  const { server, caFile } = kubernetes;
  return writeKubeconfig(join(dataFolder, `${name}.kubeconfig`), {
    cluster,
    server,
    caFile,
    user: name,
    token: status.token,
  });
}
