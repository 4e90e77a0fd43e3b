import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { samplesOfPod } from '../../../sandbox/real-node/state-metrics.ts';
import { root } from '../../architecture/source-files.ts';

type StatedPod = Parameters<typeof samplesOfPod>[0];

const recorded = JSON.parse(
  readFileSync(join(root, 'test', 'support', 'real-kubelet', 'crash-loop.json'), 'utf8'),
) as readonly { at: string; status: StatedPod['status'] }[];

const metadata = { namespace: 'shop', name: 'checkout-1', uid: 'u1' };

/** The status that a scrape finds so many seconds after the pod was there first. */
function statusAfter(seconds: number): StatedPod['status'] {
  const [first] = recorded;
  const atMs = Date.parse(first?.at ?? '') + seconds * 1_000;
  const found = recorded.filter(({ at }) => Date.parse(at) <= atMs).at(-1) ?? first;
  if (!found) throw new Error('nothing is recorded');
  return found.status;
}

/** Values of a series at `count` scrapes, as promtool writes them; `_` where there is none. */
function scraped(metric: string, { offsetS, everyS, count }: Record<'offsetS' | 'everyS' | 'count', number>): string {
  const valueAt = (seconds: number) =>
    samplesOfPod({ metadata, spec: {}, status: statusAfter(seconds) }).find(([name]) => name === metric)?.[2] ?? '_';
  return Array.from({ length: count }, (_, index) => valueAt(offsetS + index * everyS)).join(' ');
}

interface Tests {
  tests: { name: string; input_series: { series: string; values: string }[] }[];
}

const { tests } = parse(
  readFileSync(join(root, 'deploy', 'monitoring', 'remediation-rules.test.yaml'), 'utf8'),
  // 0x13 is a repetition here, not a number.
  { schema: 'failsafe' },
) as Tests;

/** What the test of the rule has for that pod and metric, its repetitions written out. */
function inTest(name: RegExp, pod: string, metric: string): string {
  const found = tests.find((each) => name.test(each.name))?.input_series ?? [];
  const { values = '' } = found.find(({ series }) => series.startsWith(metric) && series.includes(`"${pod}"`)) ?? {};
  return values
    .split(' ')
    .flatMap((each) => {
      const [, value = '', times = '0'] = /^(_|\d+)x(\d+)$/.exec(each) ?? [];
      if (value === '') return [each];
      return Array.from({ length: Number(times) + (value === '_' ? 0 : 1) }, () => value);
    })
    .join(' ');
}

describe('the state of pods as Prometheus reads it', () => {
  it('gives a crash loop its restarts, its last reason, and a reason to wait only while the kubelet says one', () => {
    const names = (seconds: number) => samplesOfPod({ metadata, spec: {}, status: statusAfter(seconds) });
    expect(names(30)).toContainEqual([
      'kube_pod_container_status_restarts_total',
      { namespace: 'shop', pod: 'checkout-1', uid: 'u1', container: 'app' },
      2,
    ]);
    expect(names(30).map(([name]) => name)).not.toContain('kube_pod_container_status_waiting_reason');
    expect(names(180)).toContainEqual([
      'kube_pod_container_status_waiting_reason',
      { namespace: 'shop', pod: 'checkout-1', uid: 'u1', container: 'app', reason: 'CrashLoopBackOff' },
      1,
    ]);
    expect(names(180)).toContainEqual([
      'kube_pod_container_status_last_terminated_reason',
      { namespace: 'shop', pod: 'checkout-1', uid: 'u1', container: 'app', reason: 'Error' },
      1,
    ]);
  });

  it('says of each phase and of each value of Ready whether it is so', () => {
    const samples = samplesOfPod({ metadata, spec: {}, status: statusAfter(30) });
    const of = (metric: string) =>
      samples.filter(([name]) => name === metric).map(([, labels, value]) => ({ ...labels, value }));
    expect(of('kube_pod_status_phase').filter(({ value }) => value === 1)).toMatchObject([{ phase: 'Running' }]);
    expect(of('kube_pod_status_phase')).toHaveLength(5);
    expect(of('kube_pod_status_ready').filter(({ value }) => value === 1)).toMatchObject([{ condition: 'false' }]);
  });
});

describe('the series in the tests of the crash loop’s rule', () => {
  const half = { everyS: 30, count: 15 };
  it.each([
    ['checkout-1', /two and a half minutes/, { ...half, offsetS: 3 }],
    ['checkout-2', /two and a half minutes/, { ...half, offsetS: 17 }],
    ['checkout-1', /scraped every minute/, { everyS: 60, count: 7, offsetS: 20 }],
  ])('are those that scrapes of a real kubelet’s pod give: %s, %s', (pod, name, scrapes) => {
    for (const metric of ['kube_pod_container_status_restarts_total', 'kube_pod_container_status_ready'])
      expect(inTest(name, pod, metric)).toBe(scraped(metric, scrapes));
    if (scrapes.everyS === 30)
      expect(inTest(name, pod, 'kube_pod_container_status_waiting_reason')).toBe(
        scraped('kube_pod_container_status_waiting_reason', scrapes),
      );
  });
});
