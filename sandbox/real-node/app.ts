import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from '../demo/scenes/scene.ts';
import { podsOf } from '../demo/scenes/world.ts';
import type { KubernetesObject } from '../kubernetes-api.ts';

/** What the application does once its pod is told to. */
export type AppFault = 'leak' | 'oom' | 'needs-more-memory' | 'crash' | 'not-ready' | 'hung';

/** The image of a case has a name of its own: what all cases share would pass for their common cause. */
export const imageOf = (name: string): string => `registry.example/${name}:1.0.0`;

/**
 * The application, which does not handle SIGTERM: it does what the file with its pod's name says, and works while there is none. A pod that takes its
 * place has another name, but for that of a StatefulSet.
 */
const script = `
echo "reading the configuration"
echo "listening on 8080"
touch /tmp/ready /tmp/alive
while :; do
  case "$(cat "/faults/$(hostname)" 2>/dev/null)" in
    leak)
      head -c 205000000 /dev/zero >/leak/data
      while sleep 1; do head -c 300000 /dev/zero >>/leak/data; done;;
    oom) exec tail /dev/zero;;
    needs-more-memory)
      mkfifo /tmp/data
      (head -c 75000000 /dev/zero; exec sleep 100000) >/tmp/data &
      exec tail -c 75000000 /tmp/data;;
    crash) echo "fatal: the cache is corrupt" >&2; exit 3;;
    not-ready) rm -f /tmp/ready;;
    hung) rm -f /tmp/alive;;
  esac
  sleep 0.5
done
`;

/** What a case wants otherwise than usual. */
export interface AppShape {
  kind?: 'Deployment' | 'StatefulSet';
  /** Bytes as Kubernetes writes them; absent: no limit. */
  memory?: string;
  /** Beside replicas, selector and template. */
  spec?: object;
  /** Beside name, image and command of the container. */
  container?: object;
}

const exec = (...command: string[]) => ({ exec: { command } });

/** Three pods of the application, spread over the nodes. */
export function app({ namespace, sandbox }: Place, shape: AppShape = {}): KubernetesObject {
  const { kind = 'Deployment', memory, spec = {}, container = {} } = shape;
  const resources = memory === undefined ? {} : { resources: { limits: { memory }, requests: { memory: '16Mi' } } };
  return {
    ...{ apiVersion: 'apps/v1', kind, metadata: { name: 'app', namespace } },
    spec: {
      ...{ replicas: 3, selector: { matchLabels: { app: 'app' } } },
      template: {
        metadata: { labels: { app: 'app' } },
        spec: {
          ...podDefaults,
          containers: [
            {
              ...{ name: 'app', image: imageOf(namespace), command: ['/bin/sh', '-c', script] },
              readinessProbe: { ...exec('test', '-e', '/tmp/ready'), periodSeconds: 2, failureThreshold: 1 },
              volumeMounts: [
                { name: 'faults', mountPath: '/faults' },
                { name: 'leak', mountPath: '/leak' },
              ],
              ...{ ...resources, ...container },
            },
          ],
          volumes: [
            { name: 'faults', hostPath: { path: faultFolder({ namespace, sandbox }), type: 'Directory' } },
            // Files in it are memory of the container.
            { name: 'leak', emptyDir: { medium: 'Memory' } },
          ],
        },
      },
      ...spec,
    },
  };
}

/** There is no DNS and nobody who asks the API server; a pod leaves within a second. */
export const podDefaults = {
  ...{ dnsPolicy: 'Default', enableServiceLinks: false, automountServiceAccountToken: false },
  terminationGracePeriodSeconds: 1,
};

/** The folder that the pods of the case mount; it is made when it is asked for. */
export function faultFolder({ namespace, sandbox }: Pick<Place, 'namespace' | 'sandbox'>): string {
  const folder = join(sandbox.realNodes.sharedFolder, namespace);
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: 0o777 });
  return folder;
}

/** Gives the fault to one pod; `pick` counts from 0 in the order of the pods' names. */
export async function breakOnePod(place: Place, fault: AppFault, pick = 0): Promise<void> {
  const pods = await podsOf(place);
  const name = pods.map(({ metadata }) => metadata.name).sort()[pick] ?? '';
  writeFileSync(join(faultFolder(place), name), fault);
}

/** Rolls out a change of the pod template of `app`. */
export async function release({ admin, namespace }: Place, podSpec: object): Promise<void> {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/app`;
  const content = {
    type: 'application/strategic-merge-patch+json',
    content: { spec: { template: { spec: podSpec } } },
  };
  await admin.call('PATCH', path, content);
}
