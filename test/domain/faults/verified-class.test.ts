import { describe, expect, it } from '@jest/globals';
import { verifiedClass } from '../../../domain/faults/verified-class.ts';
import type { Check } from '../../../domain/policy/checks/index.ts';

const node = (type: string, status: 'True' | 'False' | 'Unknown' | 'NotTrue'): Check => ({
  nodeCondition: { type, status },
});
const stuck = { type: 'Progressing', status: 'False' } as const;

describe('the class that a check verifies', () => {
  it.each<[Check, string | undefined]>([
    [{ podCondition: { reason: 'Unschedulable', restartsAtLeast: 0 } }, 'Unschedulable'],
    [{ workloadCondition: { ...stuck, reason: 'ProgressDeadlineExceeded' } }, 'RolloutStuck'],
    [{ workloadCondition: stuck }, undefined],
    [{ workloadCondition: { type: 'Failed', status: 'True', reason: 'DeadlineExceeded' } }, 'JobFailed'],
    [{ workloadCondition: { type: 'Available', status: 'False' } }, undefined],
    [node('Ready', 'False'), 'NodeNotReady'],
    [node('Ready', 'Unknown'), 'NodeNotReady'],
    [node('Ready', 'NotTrue'), 'NodeNotReady'],
    [node('Ready', 'True'), undefined],
    [node('MemoryPressure', 'NotTrue'), undefined],
    [node('PIDPressure', 'True'), 'NodePressure'],
    [node('DiskPressure', 'True'), 'NodeDiskFull'],
    [{ restarts: { atLeast: 3 } } as Check, undefined],
  ])('%j: %s', (check, name) => {
    expect(verifiedClass(check)?.name).toBe(name);
  });
});
