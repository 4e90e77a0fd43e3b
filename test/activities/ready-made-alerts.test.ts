import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { actions } from '../../activities/actions/index.ts';
import { verify } from '../../activities/verify.ts';
import { readDelivery } from '../../api/intake/delivery-body.ts';
import { alertsOf } from '../../domain/intake.ts';
import { policySchema } from '../../domain/policy.ts';
import { answeringPrometheus } from '../../simulation/policy-test/prometheus-answers.ts';
import { root } from '../architecture/source-files.ts';
import { nowMs } from './support/builders.ts';
import { depsOf, FakeCluster } from './support/fake-cluster.ts';
import { type IllCluster, illClusters } from './support/ill-clusters.ts';

const payloads = join(root, 'test', 'payloads');
const files = readdirSync(join(root, 'policies')).filter((file) => /^[^.]+\.yaml$/.test(file));
const policies = files.map((file) =>
  policySchema(actions).parse(parse(readFileSync(join(root, 'policies', file), 'utf8'))),
);

/** Every name that a matcher of a ready-made policy spells out. */
const named = policies
  .flatMap(({ spec }) => spec.match.alerts)
  .flatMap((matcher) => /^alertname=~?"([\w|]+)"$/.exec(matcher)?.[1]?.split('|') ?? [`unread: ${matcher}`])
  .sort();

/** What comes of the webhook in the cluster: intake, target, policy and verification. */
async function delivered(alertname: string, { cluster, measured = [] }: Pick<IllCluster, 'cluster' | 'measured'>) {
  const receivedAt = new Date(nowMs).toISOString();
  const body = readDelivery(readFileSync(join(payloads, `${alertname}.json`)));
  const { alerts, rejected } = alertsOf(body, { cluster: 'eu-1', receivedAt });
  expect(rejected).toEqual([]);
  const [alert, ...others] = alerts;
  if (alert === undefined || others.length > 0) throw new Error('the payload must hold one alert');
  const times = { fromMs: 0, untilMs: Number.POSITIVE_INFINITY };
  const prometheus = answeringPrometheus(
    measured.map((one) => ({ ...one, ...times })),
    () => nowMs,
  );
  const deps = depsOf(cluster, { clusterName: 'eu-1', policies: () => policies, prometheus });
  return verify(deps, { alert });
}

describe('the alerts that ready-made policies name', () => {
  it('each have a recorded payload, and a cluster that they speak of', () => {
    const recorded = readdirSync(payloads).flatMap((file) => /^(\w+)\.json$/.exec(file)?.[1] ?? []);
    expect(recorded.sort()).toEqual(named);
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

  it.each(named)('%s leads to nothing where its object is gone', async (alertname) => {
    const cluster = new FakeCluster();
    cluster.pods = [];
    cluster.workloads = [];
    cluster.nodes = [];
    expect(await delivered(alertname, { cluster })).toMatchObject({ kind: 'notActionable', reason: 'targetGone' });
  });
});
