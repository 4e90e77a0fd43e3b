import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { clusterReads } from '../../../activities/kubernetes/cluster-reads.ts';
import type { RawPod } from '../../../activities/kubernetes/raw.ts';
import { readPod } from '../../../activities/kubernetes/read-pod.ts';
import type { Transport } from '../../../activities/kubernetes/transport.ts';
import { notInPlace, resizedTo, runningSince } from '../../../domain/target/memory-raise.ts';
import type { Pod } from '../../../domain/target/pod.ts';
import { aPod } from '../support/builders.ts';

/** What a real kubelet answered; see the README beside the files. */
const recorded = <Content>(name: string): Content =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../support/real-kubelet', `${name}.json`), 'utf8'));

describe('the recorded logs of containers in back-off', () => {
  interface Log {
    current: { body: string };
    previous: { body: string };
  }
  const logs = recorded<Record<string, Log>>('logs');

  it.each(Object.keys(logs))(
    'hold the last words of %s in the current one, and none in the previous one',
    async (name) => {
      const { current, previous } = logs[name] as Log;
      const text: Transport['text'] = async ({ query }) => (query?.previous === 'true' ? previous : current).body;
      const { podLog } = clusterReads({ text } as Transport, 1_000);
      const asked = { container: 'app', maxBytes: 1_000 };
      expect(await podLog(aPod().ref, { ...asked, previous: true })).toBe(undefined);
      expect(await podLog(aPod().ref, { ...asked, previous: false })).toContain('starting');
    },
  );
});

describe('the recorded resize', () => {
  const { running, inBackOff } = recorded<Record<'running' | 'inBackOff', RawPod[]>>('resize');
  const [before, ...after] = running.map(readPod) as [Pod, ...Pod[]];
  const wanted = (pod: Pod) => ({ container: 'app', limit: '96Mi', runsSinceMs: runningSince(pod, 'app') });

  it('of a running container is proven once its status shows the limit, as its cgroup does', () => {
    expect(notInPlace(before, 'app')).toBe(undefined);
    expect(resizedTo(before, wanted(before))).toEqual({ kind: 'waiting', why: 'its node still gives it 64Mi' });
    expect(resizedTo(after.at(-1) as Pod, wanted(before))).toEqual({ kind: 'done' });
  });

  it('of a container in back-off is not tried, and is never proven although its status shows the limit', () => {
    const [first, ...later] = inBackOff.map(readPod) as [Pod, ...Pod[]];
    expect(notInPlace(first, 'app')).toBe('container app does not run, and only a running one is resized');
    expect(later.map((pod) => pod.containers[0]?.appliedMemoryLimit)).toContain('96Mi');
    for (const pod of later) expect(resizedTo(pod, wanted(first))).toMatchObject({ kind: 'refused' });
  });
});
