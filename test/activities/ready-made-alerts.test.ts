import { describe, expect, it } from '@jest/globals';
import { verify } from '../../activities/verify.ts';
import { answeringPrometheus } from '../../simulation/policy-test/prometheus-answers.ts';
import { readyMadePolicies, recordedAlert, recordedAlerts } from '../support/payloads.ts';
import { nowMs } from './support/builders.ts';
import { depsOf } from './support/cluster-deps.ts';
import { type IllCluster, illClusters, illClustersToo } from './support/ill-clusters.ts';
import { TestCluster } from './support/test-cluster.ts';

/** Every name that a matcher of a ready-made policy spells out. */
const named = readyMadePolicies
  .flatMap(({ spec }) => spec.match.alerts)
  .flatMap((matcher) => /^alertname=~?"([\w|]+)"$/.exec(matcher)?.[1]?.split('|') ?? [`unread: ${matcher}`])
  .sort();

/** What comes of the webhook in the cluster: intake, target, policy and verification. */
async function delivered(alertname: string, { cluster, measured = [] }: Pick<IllCluster, 'cluster' | 'measured'>) {
  const alert = recordedAlert(alertname, { cluster: 'eu-1', receivedAt: new Date(nowMs).toISOString() });
  const times = { fromMs: 0, untilMs: Number.POSITIVE_INFINITY };
  const prometheus = answeringPrometheus(
    measured.map((one) => ({ ...one, ...times })),
    () => nowMs,
  );
  const deps = depsOf(cluster, { clusterName: 'eu-1', policies: () => readyMadePolicies, prometheus });
  return verify(deps, { alert });
}

describe('the alerts that ready-made policies name', () => {
  it('each have a recorded payload, and a cluster that they speak of', () => {
    expect(recordedAlerts).toEqual(named);
    expect(Object.keys(illClusters).sort()).toEqual(named);
  });

  it.each(named)('%s finds its object, its policy and the fault', async (alertname) => {
    const ill = illClusters[alertname]?.();
    if (ill === undefined) throw new Error('there is no cluster for it');
    const { kind, name, pod } = ill.target;
    expect(await delivered(alertname, ill)).toMatchObject({
      kind: 'actionable',
      plan: { policy: ill.policy },
      target: { workload: { kind, name }, ...(pod === undefined ? {} : { pod: { name: pod } }) },
    });
  });

  it.each(Object.entries(illClustersToo))(
    '%s finds the fault where the node itself says it',
    async (alertname, ill) => {
      const { policy, target, cluster } = ill();
      expect(await delivered(alertname, { cluster })).toMatchObject({
        ...{ kind: 'actionable', plan: { policy }, target: { workload: { kind: target.kind, name: target.name } } },
        evidence: expect.arrayContaining(['node worker-3: condition Ready is False: Kubelet']),
      });
    },
  );

  it.each(named)('%s leads to nothing where its object is gone', async (alertname) => {
    const cluster = new TestCluster();
    cluster.pods = [];
    cluster.workloads = [];
    cluster.nodes = [];
    expect(await delivered(alertname, { cluster })).toMatchObject({ kind: 'notActionable', reason: 'targetGone' });
  });
});
