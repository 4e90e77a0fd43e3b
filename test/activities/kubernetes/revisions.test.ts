import { describe, expect, it } from '@jest/globals';
import { revisionsOfDeployment, revisionsOfSet } from '../../../activities/kubernetes/revisions.ts';
import { aWorkload } from '../support/builders.ts';

const revision = 'deployment.kubernetes.io/revision';
const owned = (uid = 'uid-checkout') => ({
  ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'checkout', uid, controller: true }],
});
const template = (tag: number, extra: object = {}) => ({
  metadata: { labels: { app: 'checkout', 'pod-template-hash': `h${tag}` }, ...extra },
  spec: { containers: [{ name: 'app', image: `registry/checkout:${tag}` }] },
});
const aSet = (number: number, changes: object = {}) => ({
  metadata: { name: `checkout-h${number}`, annotations: { [revision]: `${number}` }, ...owned() },
  spec: { template: template(number) },
  status: {},
  ...changes,
});

describe('the revisions of a Deployment', () => {
  const deployment = aWorkload({ annotations: { [revision]: '10' } });

  it('are those of its own ReplicaSets, newest first by number', () => {
    const strange = { ...aSet(11), metadata: { ...aSet(11).metadata, ...owned('uid-other') } };
    const found = revisionsOfDeployment(deployment, [aSet(9), strange, aSet(10, { status: { availableReplicas: 2 } })]);
    expect(
      found.map(({ name, number, isCurrent, available, images }) => ({ name, number, isCurrent, available, images })),
    ).toEqual([
      { name: 'checkout-h10', number: 10, isCurrent: true, available: 2, images: ['registry/checkout:10'] },
      { name: 'checkout-h9', number: 9, isCurrent: false, available: 0, images: ['registry/checkout:9'] },
    ]);
  });

  it('hold the template without the hash that its controller adds', () => {
    const [found] = revisionsOfDeployment(deployment, [aSet(9)]);
    expect(found?.template).toMatchObject({ metadata: { labels: { app: 'checkout' } } });
    expect(JSON.stringify(found?.template)).not.toContain('pod-template-hash');
  });

  it('are the same where only a restart tells them apart', () => {
    const restarted = template(9, { annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } });
    const [one, other] = revisionsOfDeployment(deployment, [aSet(9), aSet(10, { spec: { template: restarted } })]);
    const plain = (text = '') => text.replaceAll('h9', '').replaceAll('h10', '');
    expect(plain(one?.content)).toBe(plain(other?.content));
  });
});

describe('the revisions of a StatefulSet and a DaemonSet', () => {
  const kept = (number: number) => ({
    metadata: { name: `checkout-r${number}`, ...owned() },
    revision: number,
    data: { spec: { template: { ...template(number), $patch: 'replace' } } },
  });

  it('are current by the update revision of a StatefulSet', () => {
    const set = aWorkload({ updateRevision: 'checkout-r1' });
    const found = revisionsOfSet(set, [kept(1), kept(2)]);
    expect(found.map(({ name, isCurrent }) => [name, isCurrent])).toEqual([
      ['checkout-r2', false],
      ['checkout-r1', true],
    ]);
    expect(JSON.stringify(found[0]?.template)).not.toContain('$patch');
  });

  it('are current by the highest number of a DaemonSet', () => {
    const found = revisionsOfSet(aWorkload(), [kept(1), kept(2)]);
    expect(found.filter(({ isCurrent }) => isCurrent).map(({ name }) => name)).toEqual(['checkout-r2']);
  });
});
