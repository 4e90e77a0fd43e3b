import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readPod } from '../../../activities/kubernetes/read-pod.ts';
import { faultShown } from '../../../domain/faults/index.ts';
import { root } from '../../architecture/source-files.ts';

type RawPod = Parameters<typeof readPod>[0];

interface Recorded {
  at: string;
  status: NonNullable<RawPod['status']>;
}

const recorded = (name: string) =>
  JSON.parse(
    readFileSync(join(root, 'test', 'support', 'real-kubelet', `${name}.json`), 'utf8'),
  ) as readonly Recorded[];

const restartsIn = ({ status }: Recorded) => status.containerStatuses?.[0]?.restartCount ?? 0;

/** What the class says of a recorded status five seconds later. */
function said({ at, status }: Recorded): string | undefined {
  const pod = readPod({ metadata: { name: 'checkout-1', namespace: 'shop', uid: 'u1' }, spec: {}, status });
  const condition = { reason: 'LivenessFailed', restartsAtLeast: 2, within: 600_000 } as const;
  return faultShown(pod, condition, Date.parse(at) + 5_000);
}

describe('LivenessFailed, with the statuses of a real kubelet', () => {
  it('shows in each status from the second restart on, also while the kubelet waits before the next start', () => {
    const statuses = recorded('liveness').filter((each) => restartsIn(each) >= 2);
    expect(statuses.some(({ status }) => status.containerStatuses?.[0]?.state?.waiting !== undefined)).toBe(true);
    for (const each of statuses) expect(said(each)).toContain('exit code 137');
  });

  it('shows in no status of a container that crashes, or that the kernel kills', () => {
    for (const name of ['crash-loop', 'oom-killed'])
      for (const each of recorded(name)) expect(said(each)).toBeUndefined();
  });
});
