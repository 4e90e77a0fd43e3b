import { afterEach, describe, expect, it } from '@jest/globals';
import type { Following } from '../../activities/kubernetes/reflector.ts';
import type { Call } from '../../activities/kubernetes/transport.ts';
import { missingInWords } from '../../domain/analysis/rights.ts';
import { watchedFaults } from '../../domain/faults/index.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { eventually } from '../../sandbox/process.ts';
import { createLogger } from '../../telemetry/log.ts';
import { createMetrics } from '../../telemetry/metrics.ts';
import { createReadiness } from '../../watcher/readiness.ts';
import { sourcesOf, watcherNeeds, watcherPermissions } from '../../watcher/sources.ts';
import { watch } from '../../watcher/watch.ts';
import { aLedger, aRawPod, startMs } from './builders.ts';

let watching: Following | undefined;
afterEach(() => watching?.close());

const [pods] = sourcesOf({ faults: watchedFaults.filter(({ about }) => about === 'pod'), namespaces: [] });

/** Watches pods: each list gives its pods or fails, each watch its lines; then the server keeps still. */
function watched(lists: (object[] | MendflowError)[], watches: string[][]) {
  if (pods === undefined) throw new Error('no source');
  const { ledger, told } = aLedger();
  const metrics = createMetrics({ withProcess: false });
  const ready: (string | undefined)[] = [];
  const log = createLogger({ level: 'silent', name: 'test' });
  const readiness = createReadiness([pods], { log, metrics, setFault: (fault) => ready.push(fault) });
  const transport = {
    async json<T>(_: Call) {
      const items = lists.shift() ?? [];
      if (items instanceof MendflowError) throw items;
      return { metadata: { resourceVersion: '1' }, items } as T;
    },
    async lines(_: Call, { signal }: { signal: AbortSignal }) {
      return linesOf(watches.shift(), signal);
    },
  };
  const pace = { firstWaitMs: 1, longestWaitMs: 4 };
  watching = watch([pods], { transport, ledger, now: () => startMs, pace, ...readiness });
  const tells = async (wanted: string[]) => {
    await eventually(async () => told().length >= wanted.length, 5_000);
    expect(told()).toEqual(wanted);
  };
  return { tells, ready, readiness, metrics };
}

async function* linesOf(lines: string[] | undefined, signal: AbortSignal) {
  yield* lines ?? [];
  if (lines === undefined) await new Promise((_, reject) => signal.addEventListener('abort', reject));
}

const line = (type: string, object: object) => JSON.stringify({ type, object });
const gone = JSON.stringify({ type: 'ERROR', object: { code: 410 } });
const firing = 'firing MendflowPodOOMKilled';
const resolved = 'resolved MendflowPodOOMKilled';

describe('the watch', () => {
  it('tells faults of the list and of changes, and when they are healed', async () => {
    const other = { uid: 'uid-2', name: 'cart-1' };
    const changes = [
      line('ADDED', aRawPod('oom', other)),
      line('MODIFIED', aRawPod('well')),
      line('DELETED', aRawPod('oom', other)),
    ];
    const { tells } = watched([[aRawPod('oom'), aRawPod('well', { uid: 'uid-3', name: 'db-0' })]], [changes]);
    await tells([firing, firing, resolved, resolved]);
  });

  it('lists anew after 410 and resolves what was healed meanwhile, once', async () => {
    const { tells } = watched([[aRawPod('oom')], [aRawPod('well')], []], [[gone]]);
    await tells([firing, resolved]);
  });

  it('keeps what it knows while the API server is away', async () => {
    const away = new MendflowError('CLUSTER_UNAVAILABLE', 'GET /api/v1/pods: connection refused');
    const { tells, ready } = watched(
      [[aRawPod('oom')], away, away, [aRawPod('oom')], [aRawPod('well')]],
      [[gone], [gone]],
    );
    await tells([firing, resolved]);
    expect(ready.at(-1)).toBeUndefined();
  });

  it('is ready once everything was listed, and says why it is not', async () => {
    const refused = new MendflowError('PERMISSION_DENIED', 'GET /api/v1/pods: 403');
    const { tells, ready } = watched([refused, [aRawPod('oom')]], []);
    await tells([firing]);
    expect(ready).toEqual(['/api/v1/pods: not listed yet', '/api/v1/pods: GET /api/v1/pods: 403', undefined]);
  });

  it('is not ready while the intake refuses it', async () => {
    const { tells, ready, readiness, metrics } = watched([[aRawPod('oom')]], []);
    await tells([firing]);
    readiness.tried({ result: 'refused', detail: '401' }, 1);
    expect(ready.at(-1)).toBe('the intake refuses what is posted: 401');
    readiness.tried({ result: 'putOff', detail: '503' }, 1);
    expect(ready.at(-1)).toBe('the intake refuses what is posted: 401');
    readiness.tried({ result: 'taken' }, 0);
    expect(ready.at(-1)).toBeUndefined();
    const text = await metrics.registry.metrics();
    expect(text).toContain('mendflow_watch_last_contact_timestamp_seconds{resource="pods"}');
    expect(text).toContain('mendflow_watcher_posts_total{result="refused"} 1');
  });
});

describe('what is watched', () => {
  const paths = (faults: string[], namespaces: string[] = [], more = {}) =>
    sourcesOf({ faults: watchedFaults.filter(({ name }) => faults.includes(name)), namespaces, ...more }).map(
      ({ path, query }) => `${path} ${query.labelSelector ?? ''}`.trim(),
    );

  it('is what the classes need, and no more', () => {
    expect(paths(['OOMKilled', 'NotReady'])).toEqual(['/api/v1/pods']);
    expect(paths(['JobFailed', 'NodePressure', 'RolloutStuck'])).toEqual([
      ...['/apis/apps/v1/deployments', '/apis/batch/v1/jobs', '/api/v1/nodes'],
    ]);
  });

  it('is what namespaces and selectors say; nodes have no namespace', () => {
    expect(
      paths(['OOMKilled', 'NodePressure'], ['shop', 'demo'], { selector: 'tier=web', nodeSelector: 'pool' }),
    ).toEqual([
      ...['/api/v1/namespaces/shop/pods tier=web', '/api/v1/namespaces/demo/pods tier=web', '/api/v1/nodes pool'],
    ]);
  });

  it('needs to read, and nothing else', () => {
    expect(new Set(watcherPermissions.flatMap(({ verbs }) => verbs))).toEqual(new Set(['list', 'watch']));
  });

  it('needs its rights where it looks: in each namespace that is named, and of nodes in the whole cluster', () => {
    const said = (names: string[], namespaces: string[]) => {
      const faults = watchedFaults.filter(({ name }) => names.includes(name));
      return missingInWords(watcherNeeds(sourcesOf({ faults, namespaces }))).sort();
    };
    const jobs = 'list jobs.batch, watch jobs.batch (deploy/rbac/watcher.yaml)';
    expect(said(['JobFailed', 'NodePressure'], ['shop', 'demo'])).toEqual([
      `in namespace demo: ${jobs}`,
      `in namespace shop: ${jobs}`,
      'in the whole cluster: list nodes, watch nodes (deploy/rbac/watcher.yaml)',
    ]);
    expect(said(['JobFailed'], [])).toEqual([`in the whole cluster: ${jobs}`]);
  });
});
