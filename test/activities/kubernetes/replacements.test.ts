import { describe, expect, it } from '@jest/globals';
import { admitted } from '../../../activities/kubernetes/admission.ts';
import type { RawPod } from '../../../activities/kubernetes/raw.ts';
import { replacements } from '../../../activities/kubernetes/replacements.ts';
import type { Call, Transport } from '../../../activities/kubernetes/transport.ts';
import { MendflowError } from '../../../domain/run/errors.ts';
import { aPod } from '../support/builders.ts';

const unused = () => Promise.reject(new Error('nobody asks for this'));
/** An API server that answers each call so. */
const answering = (answer: (call: Call) => unknown): Transport => ({
  json: async <T>(call: Call) => answer(call) as T,
  text: unused,
  lines: unused,
});
const raw = (uid: string): RawPod => ({
  metadata: { name: 'checkout-1', namespace: 'shop', uid },
  spec: { nodeName: 'node-1', containers: [{ name: 'app' }] },
});
const owner = { metadata: { name: 'checkout-7d9f', uid: 'uid-checkout-7d9f' }, spec: { template: {} } };

describe('the replacement of a pod', () => {
  const admit = (pods: RawPod[]) => {
    const list = async <T>() => pods as T[];
    return replacements(
      answering(({ method }) => (method === 'GET' ? owner : raw('new'))),
      { list },
    ).admitReplacement({ kind: 'pod', pod: aPod() });
  };

  it('is asked for while that very pod is there, whose seat it may take', async () => {
    expect(await admit([raw('uid-checkout-1')])).toMatchObject({ seats: [{ node: 'node-1', uid: 'uid-checkout-1' }] });
  });

  it('is not asked for once the pod is gone, or another one has its name', async () => {
    await expect(admit([])).rejects.toMatchObject({ code: 'TARGET_GONE', message: 'Pod shop/checkout-1 is gone' });
    await expect(admit([raw('uid-new')])).rejects.toMatchObject({ code: 'TARGET_REPLACED' });
  });
});

describe('a pod that the API server does not take', () => {
  const fails = (code: 'PERMISSION_DENIED' | 'ADMISSION_REFUSED', message: string) =>
    answering(() => {
      throw new MendflowError(code, message);
    });
  const quota = 'exceeded quota: q, requested: pods=1, used: pods=3, limited: pods=3';

  it('may come once the pods are gone that fill its quota', async () => {
    const pod = raw('');
    expect(await admitted(fails('ADMISSION_REFUSED', quota), pod, Promise.resolve([raw('old')]))).toBe(pod);
    await expect(admitted(fails('ADMISSION_REFUSED', quota), pod, [])).rejects.toMatchObject({
      code: 'NOT_REPLACEABLE',
    });
  });

  it('is refused at once where our account may not ask, with the order in which to grant it', async () => {
    const never = new Promise<RawPod[]>(() => undefined);
    await expect(admitted(fails('PERMISSION_DENIED', 'pods is forbidden'), raw(''), never)).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      message:
        'cannot ask whether the pod could come back: pods is forbidden; first apply deploy/admission, which keeps Mendflow\'s pods to dry runs; then grant Mendflow "create" on pods in shop (deploy/rbac)',
    });
  });
});
