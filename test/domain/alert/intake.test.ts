import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { fingerprintOf } from '../../../domain/alert/fingerprint.ts';
import { alertListSchema, alertsOf, intakeLimits, UnreadAlert, webhookSchema } from '../../../domain/alert/intake.ts';
import { remediationWorkflowId } from '../../../domain/run/contract.ts';

const reading = { cluster: 'default', receivedAt: '2026-03-01T10:00:00.000Z' };

function read(alerts: unknown[], rest: Record<string, unknown> = {}) {
  return alertsOf(webhookSchema.parse({ ...rest, alerts }), reading);
}

const readOne = (item: Record<string, unknown>) =>
  read([{ labels: { alertname: 'PodCrashLooping' }, ...item }]).alerts[0];

function example(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../../docs/examples/${name}`, import.meta.url), 'utf8'));
}

describe('a webhook body', () => {
  it('of Alertmanager becomes alerts', () => {
    const { alerts, rejected, truncated } = alertsOf(
      webhookSchema.parse(example('alertmanager-webhook.json')),
      reading,
    );
    expect({ rejected, truncated }).toEqual({ rejected: [], truncated: 0 });
    expect(alerts).toEqual([
      {
        fingerprint: fingerprintOf({
          ...{ alertname: 'MemoryLeakDetected', namespace: 'shop', pod: 'catalog-0', severity: 'warning' },
        }),
        alertname: 'MemoryLeakDetected',
        cluster: 'default',
        status: 'firing',
        labels: expect.objectContaining({ namespace: 'shop', pod: 'catalog-0' }),
        annotations: expect.objectContaining({ summary: expect.any(String) }),
        startsAt: '2026-03-01T09:59:30.123Z',
        generatorURL: 'http://prometheus.example:9090/graph?g0.expr=memory_leak',
        receiver: 'mendflow',
        receivedAt: reading.receivedAt,
      },
    ]);
  });

  it('of Grafana becomes alerts', () => {
    const { alerts } = alertsOf(webhookSchema.parse(example('grafana-webhook.json')), reading);
    expect(alerts).toMatchObject([{ alertname: 'MemoryLeakDetected', startsAt: '2026-03-01T10:59:30+01:00' }]);
  });

  it.each([
    ['no object', 'text'],
    ['no alerts', { version: '4' }],
    ['alerts that are no list', { alerts: {} }],
    ['more alerts than one delivery may hold', { alerts: Array(intakeLimits.alerts + 1).fill(null) }],
  ])('with %s is not a webhook', (_what, body) => {
    expect(webhookSchema.safeParse(body).success).toBe(false);
  });

  it('whose other fields are odd is read all the same', () => {
    const odd = { version: 4, receiver: null, truncatedAlerts: 'many', groupKey: 7, notification_reason: 'new' };
    expect(read([{ labels: { alertname: 'A' } }], odd)).toMatchObject({
      alerts: [{ receiver: 'unknown' }],
      truncated: 0,
    });
  });

  it('says how many alerts the sender left out', () => {
    expect(read([], { truncatedAlerts: 12 })).toMatchObject({ alerts: [], rejected: [], truncated: 12 });
  });
});

describe('one alert', () => {
  it.each([
    ['is firing by its own status, whatever the body says', { status: 'firing' }, 'firing'],
    ['is resolved by its own status', { status: 'resolved' }, 'resolved'],
    ['without a status and without an end is firing', {}, 'firing'],
    ['without a status whose end is past is resolved', { endsAt: '2026-03-01T09:00:00Z' }, 'resolved'],
    ['without a status whose end is to come is firing', { endsAt: '2026-03-01T10:04:00Z' }, 'firing'],
    ['whose end is the year 0001 is firing', { endsAt: '0001-01-01T00:00:00Z' }, 'firing'],
  ])('%s', (_fact, item, status) => {
    expect(readOne(item)?.status).toBe(status);
  });

  it.each([
    ['absent while it fires', { status: 'firing', endsAt: '2026-03-01T10:04:00Z' }, undefined],
    ['kept when it is resolved', { status: 'resolved', endsAt: '2026-03-01T09:58:00Z' }, '2026-03-01T09:58:00Z'],
    ['absent when it is the year 0001', { status: 'resolved', endsAt: '0001-01-01T00:00:00Z' }, undefined],
    ['absent when it is no time', { status: 'resolved', endsAt: 'yesterday' }, undefined],
  ])('has an end that is %s', (_fact, item, endsAt) => {
    expect(readOne(item)?.endsAt).toBe(endsAt);
  });

  it.each([undefined, 'now', 7, '2026-13-45T00:00:00Z', `2026-03-01T00:00:00.${'0'.repeat(100)}Z`])(
    'with the start %p starts when it is read',
    (startsAt) => {
      expect(readOne({ startsAt })?.startsAt).toBe(reading.receivedAt);
    },
  );

  it.each(['0123456789abcdef', 'f'.repeat(64), '../../etc', '', 7, null, undefined])(
    'with the fingerprint %p has the one of its labels: the sender is not believed',
    (fingerprint) => {
      expect(readOne({ fingerprint })?.fingerprint).toBe(fingerprintOf({ alertname: 'PodCrashLooping' }));
    },
  );

  it('has the same fingerprint whatever the order of its labels, and another with other labels', () => {
    const [one, same, other] = read([
      { labels: { alertname: 'A', namespace: 'shop', pod: 'p' } },
      { labels: { pod: 'p', namespace: 'shop', alertname: 'A', empty: '' } },
      { labels: { alertname: 'A', namespace: 'shop', pod: 'q' } },
    ]).alerts.map(({ fingerprint }) => fingerprint);
    expect(same).toBe(one);
    expect(other).not.toBe(one);
  });

  it.each([
    ['without a cluster label speaks of the configured cluster', {}, 'default'],
    ['with an empty cluster label speaks of the configured cluster', { cluster: '' }, 'default'],
    ['with a cluster label speaks of that cluster', { cluster: 'prod-eu-1' }, 'prod-eu-1'],
  ])('%s', (_fact, labels, cluster) => {
    expect(readOne({ labels: { alertname: 'A', ...labels } })?.cluster).toBe(cluster);
  });

  it.each(['arn:aws:eks:eu-west-1:1:cluster/prod', 'a/../b', 'x'.repeat(300), '-a', 'ü'])(
    'with the cluster label %p speaks of a name that fits ids and is nobody else’s',
    (cluster) => {
      const alert = readOne({ labels: { alertname: 'A', cluster } });
      expect(alert?.cluster).toMatch(/^[A-Za-z0-9_.-]{1,63}$/);
      expect(alert?.cluster).toMatch(/-[0-9a-f]{16}$/);
    },
  );

  it('never has a workflow id beyond 255 bytes', () => {
    const labels = { alertname: 'ü'.repeat(2_000), cluster: 'c/'.repeat(500) };
    const alert = readOne({ labels });
    expect(alert && new TextEncoder().encode(remediationWorkflowId(alert)).length).toBeLessThanOrEqual(255);
  });

  it('keeps what fits of its annotations and cuts the rest', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`a${i}`, 'x']));
    const annotations = { summary: 'y'.repeat(10_000), count: 3, ...many };
    const kept = readOne({ annotations })?.annotations ?? {};
    expect(kept.summary).toHaveLength(intakeLimits.annotationValue);
    expect(Object.keys(kept).length).toBeLessThanOrEqual(intakeLimits.annotations);
    expect(readOne({ annotations: 'none' })?.annotations).toEqual({});
  });

  it.each([
    ['of ASCII', 'x'.repeat(4_096)],
    ['of characters that JSON writes as escapes', '\u0007'.repeat(4_096)],
    ['of characters of four bytes', '😀'.repeat(2_048)],
    ['of halves of characters', '\ud83d'.repeat(4_096)],
  ])('with large annotations %s is cut to 32 KiB with its labels and URL, annotations first', (_what, text) => {
    const annotations = Object.fromEntries(Array.from({ length: 32 }, (_, i) => [`a${i}`, text]));
    const labels = { alertname: 'A', pod: 'p'.repeat(2_000), other: '"'.repeat(2_000) };
    const alert = readOne({ labels, annotations, generatorURL: `http://x/${'y'.repeat(1_000)}` });
    if (alert === undefined) throw new Error('it was refused');
    expect({ labels: alert.labels, url: alert.generatorURL?.length }).toEqual({ labels, url: 1_009 });
    const parts = [...Object.entries(alert.labels), ...Object.entries(alert.annotations), [alert.generatorURL ?? '']];
    const bytes = parts.flat().reduce((sum, part) => sum + Buffer.byteLength(JSON.stringify(part)) - 2, 0);
    expect(bytes).toBeLessThanOrEqual(intakeLimits.alertBytes);
    expect(bytes).toBeGreaterThan(intakeLimits.alertBytes - 20);
  });

  it.each(['javascript:alert(1)', 7, `http://x/${'y'.repeat(3_000)}`])('drops the generator URL %p', (generatorURL) => {
    expect(readOne({ generatorURL })).not.toHaveProperty('generatorURL');
  });
});

describe('an alert of a cluster that its sender may not speak of', () => {
  const of = (cluster: string, rest: Record<string, unknown> = {}) => ({
    labels: { alertname: 'A', cluster },
    ...rest,
  });
  const arn = 'arn:aws:eks:eu-west-1:1:cluster/prod';
  const readFrom = (clusters: string[], alerts: unknown[]) => alertsOf({ alerts }, { ...reading, clusters });

  it('is rejected and counted, and the others are taken', () => {
    const items = [of('elsewhere'), of('eu-1'), of('elsewhere'), of(arn), of('us-1', { status: 'resolved' })];
    const { alerts, rejected, unknownClusters } = readFrom(['eu-1', arn], items);
    expect(alerts.map(({ labels }) => labels.cluster)).toEqual(['eu-1', arn]);
    expect(rejected).toEqual([0, 2, 4].map((index) => ({ index, field: 'labels.cluster', reason: 'unknownCluster' })));
    // What is resolved needs nobody.
    expect([...unknownClusters]).toEqual([['elsewhere', 2]]);
  });

  it('is rejected without a label too, where the configured cluster is not allowed', () => {
    expect(readFrom(['eu-1'], [{ labels: { alertname: 'A' } }])).toMatchObject({
      alerts: [],
      unknownClusters: new Map([['default', 1]]),
    });
  });
});

describe('an alert that cannot be identified', () => {
  const labelled = (json: string) => ({ labels: { alertname: 'A', ...JSON.parse(json) } });

  it.each([
    ['that is null', null, 'alert', 'invalid'],
    ['that is text', 'alert', 'alert', 'invalid'],
    ['without labels', { status: 'firing' }, 'labels', 'missing'],
    ['whose labels are a list', { labels: [] }, 'labels', 'invalid'],
    ['with a label that is no text', { labels: { alertname: 7 } }, 'labels.alertname', 'invalid'],
    ['without a name', { labels: { namespace: 'shop' } }, 'labels.alertname', 'missing'],
    ['with an empty name', { labels: { alertname: '' } }, 'labels.alertname', 'missing'],
    ['with a status of its own making', { status: 'maybe', labels: { alertname: 'A' } }, 'status', 'invalid'],
    ['with a label called constructor', labelled('{"constructor":"x"}'), 'labels.constructor', 'forbiddenName'],
    ['with too long a label', labelled(`{"big":"${'x'.repeat(5_000)}"}`), 'labels.big', 'tooLarge'],
    ['with too long a label name', labelled(`{"${'n'.repeat(500)}":"x"}`), `labels.${'n'.repeat(64)}`, 'tooLarge'],
    [
      'with too many labels',
      { labels: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`l${i}`, 'x'])) },
      'labels',
      'tooLarge',
    ],
  ])('%s is reported with its place, and the others are taken', (_what, item, field, reason) => {
    const { alerts, rejected } = read([{ labels: { alertname: 'Before' } }, item, { labels: { alertname: 'After' } }]);
    expect(alerts.map(({ alertname }) => alertname)).toEqual(['Before', 'After']);
    expect(rejected).toEqual([{ index: 1, field, reason }]);
  });

  it('whose labels alone are larger than 32 KiB is refused as too large', () => {
    const labels = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`l${i}`, 'x'.repeat(2_000)]));
    expect(read([{ labels: { alertname: 'A', ...labels } }]).rejected).toEqual([
      { index: 0, field: 'labels', reason: 'tooLarge' },
    ]);
  });

  it.each(['tooLarge', 'invalid'] as const)('that was not parsed is reported as %s', (reason) => {
    expect(read([new UnreadAlert(reason)]).rejected).toEqual([{ index: 0, field: 'alert', reason }]);
  });

  it('by a label with a name of thousands of characters is reported in few', () => {
    const [fault] = read([{ labels: { alertname: 'A', ['n'.repeat(9_999)]: 7 } }]).rejected;
    expect(fault?.field.length).toBeLessThan(100);
  });

  it('with a prototype key among its labels is reported and changes no prototype', () => {
    const item = JSON.parse('{"labels":{"alertname":"A","__proto__":"x"}}');
    expect(read([item]).rejected).toEqual([{ index: 0, field: 'labels.__proto__', reason: 'forbiddenName' }]);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });
});

describe('a list as Prometheus sends it', () => {
  it('becomes alerts of the receiver prometheus', () => {
    const list = [
      {
        labels: { alertname: 'A', pod: 'p' },
        annotations: {},
        startsAt: '2026-03-01T09:59:00Z',
        endsAt: '2026-03-01T10:03:00Z',
        generatorURL: 'http://prometheus.example/graph',
      },
      { labels: { alertname: 'B' }, startsAt: '2026-03-01T09:00:00Z', endsAt: '2026-03-01T09:59:59Z' },
    ];
    expect(alertsOf(alertListSchema.parse(list), reading).alerts).toMatchObject([
      { alertname: 'A', status: 'firing', receiver: 'prometheus' },
      { alertname: 'B', status: 'resolved', receiver: 'prometheus' },
    ]);
  });
});
