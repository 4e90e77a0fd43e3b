import { expect, it } from '@jest/globals';
import raiseMemoryLimit from '../../../activities/actions/raise-memory-limit.ts';
import type { Target, WorkloadKind } from '../../../domain/target/target.ts';
import { actorFor } from '../support/acting.ts';
import { aStep, codeOf, remediateOn } from '../support/cases.ts';
import { customObject } from '../support/custom-objects.ts';
import { liveWorkload, readyWorkload } from '../support/places.ts';
import { appsPath, change, corePath, type RawObject, template, type World } from '../support/world.ts';
import type { Arrangement, Scene } from './scene.ts';

const burstable = { limits: { memory: '128Mi' }, requests: { memory: '64Mi' } };
const limited = (world: World, kind: WorkloadKind, name: string, resources: object = burstable) =>
  readyWorkload(world, kind, name, { template: template(name, resources) });

const ofTemplate = async (world: World, target: Target) =>
  (await liveWorkload(world, target)).spec.template?.spec.containers[0]?.resources;
const ofPod = async ({ api }: World, { pod }: Target) =>
  (await api.call<RawObject>('GET', corePath('pods', pod?.name))).spec.containers?.[0]?.resources;

const given = (memory: string) => ({ containers: [{ name: 'app', resources: { limits: { memory } } }] });
const strategic = (content: object) => ({ type: 'application/strategic-merge-patch+json', content });

const status = ({ metadata }: RawObject) => `${corePath('pods', metadata.name)}/status`;

/** A kubelet that resizes pods shows what their running containers have; kwok plays an older one. */
async function canBeResized({ api }: World, { pod }: Target): Promise<void> {
  const live = await api.call<RawObject>('GET', corePath('pods', pod?.name));
  const containerStatuses = (live.status.containerStatuses ?? []).map((one) => ({ ...one, resources: burstable }));
  await api.call('PATCH', status(live), strategic({ status: { containerStatuses } }));
}

/** Plays the kubelet that carries out each resize of the pod, for as long as the pod and its server are there. */
function playKubelet({ api }: World, { pod }: Target): void {
  const path = corePath('pods', pod?.name);
  const look = async () => {
    const live = await api.call<RawObject>('GET', path);
    const wanted = live.spec.containers?.[0]?.resources;
    const [shown] = live.status.containerStatuses ?? [];
    if (shown !== undefined && JSON.stringify(shown.resources) !== JSON.stringify(wanted)) {
      const containerStatuses = [{ ...shown, resources: wanted }];
      await api.call('PATCH', status(live), strategic({ status: { containerStatuses } }));
    }
    setTimeout(() => void look().catch(() => undefined), 100).unref();
  };
  void look().catch(() => undefined);
}

const inTemplate = (kind: WorkloadKind): Arrangement => ({
  on: `the template of a ${kind}`,
  params: { atMost: '1Gi', inPlace: 'Never' },
  arrange: (world, name) => limited(world, kind, name),
  shows: ofTemplate,
  async meddle({ api }, { workload }) {
    const spec = { template: { spec: given('500Mi') } };
    await api.call('PATCH', appsPath(kind, workload.name), strategic({ spec }));
  },
});

const inPod: Arrangement = {
  on: 'a pod in place',
  replacesNoPod: true,
  params: { atMost: '1Gi' },
  writes: 2,
  async arrange(world, name) {
    const target = await limited(world, 'Deployment', name);
    await canBeResized(world, target);
    playKubelet(world, target);
    return target;
  },
  shows: ofPod,
  async meddle({ api }, { pod }) {
    await api.call('PATCH', `${corePath('pods', pod?.name)}/resize`, strategic({ spec: given('500Mi') }));
  },
};

const scene: Scene = {
  arrangements: [inPod, inTemplate('Deployment'), inTemplate('StatefulSet'), inTemplate('DaemonSet')],
  cases(world) {
    const act = (target: Target, params: Record<string, unknown>) =>
      remediateOn(world().cluster, aStep(raiseMemoryLimit, target, { params }));

    it('says what the limit was and is', async () => {
      const target = await limited(world(), 'Deployment', 'told');
      const { summary } = await act(target, { atMost: '1Gi', inPlace: 'Never' });
      expect(summary).toBe('raised the memory limit of app in Deployment shop/told from 128Mi to 192Mi');
      expect(await ofTemplate(world(), target)).toEqual({ limits: { memory: '192Mi' }, requests: { memory: '64Mi' } });
    });

    it('raises a request that equals the limit with it, up to the cap', async () => {
      const even = { limits: { memory: '128Mi' }, requests: { memory: '128Mi' } };
      const target = await limited(world(), 'Deployment', 'even', even);
      await act(target, { atMost: '150Mi', inPlace: 'Never' });
      expect(await ofTemplate(world(), target)).toEqual({ limits: { memory: '150Mi' }, requests: { memory: '150Mi' } });
    });

    it('changes the template where the pod would lose its quality of service in place', async () => {
      const target = await limited(world(), 'Deployment', 'guaranteed', { limits: { memory: '128Mi', cpu: '100m' } });
      await canBeResized(world(), target);
      await act(target, { atMost: '1Gi' });
      expect((await ofPod(world(), target))?.limits?.memory).toBe('128Mi');
      expect((await ofTemplate(world(), target))?.limits?.memory).toBe('192Mi');
    });

    it('changes the template where the node resizes no pod', async () => {
      const target = await limited(world(), 'Deployment', 'older-node');
      await act(target, { atMost: '1Gi' });
      expect((await ofPod(world(), target))?.limits?.memory).toBe('128Mi');
      expect((await ofTemplate(world(), target))?.limits?.memory).toBe('192Mi');
    });

    it('changes the template where the node does not carry the resize out', async () => {
      const target = await limited(world(), 'Deployment', 'deferred');
      await canBeResized(world(), target);
      const { summary } = await act(target, { atMost: '1Gi' });
      expect(summary).toContain('not in place: its node still gives it 128Mi');
      expect((await ofTemplate(world(), target))?.limits?.memory).toBe('192Mi');
    }, 40_000);

    it('changes the template where the container does not run', async () => {
      const target = await limited(world(), 'Deployment', 'looping');
      const waiting = { reason: 'CrashLoopBackOff' };
      const down = { name: 'app', resources: burstable, restartCount: 4, state: { waiting }, image: '', imageID: '' };
      const content = strategic({ status: { containerStatuses: [{ ...down, ready: false }] } });
      await world().api.call('PATCH', `${corePath('pods', target.pod?.name)}/status`, content);
      await act(target, { atMost: '1Gi' });
      expect((await ofPod(world(), target))?.limits?.memory).toBe('128Mi');
      expect((await ofTemplate(world(), target))?.limits?.memory).toBe('192Mi');
    });

    it('does not fit a container without a limit, at the cap, or that is not there', async () => {
      const unlimited = await limited(world(), 'Deployment', 'unlimited', {});
      expect(await codeOf(act(unlimited, { atMost: '1Gi' }))).toBe('NOT_APPLICABLE');
      const capped = await limited(world(), 'Deployment', 'capped');
      expect(await codeOf(act(capped, { atMost: '128Mi' }))).toBe('NOT_APPLICABLE');
      expect(await codeOf(act(capped, { atMost: '1Gi', container: 'other' }))).toBe('NOT_APPLICABLE');
      expect((await ofTemplate(world(), capped))?.limits?.memory).toBe('128Mi');
    });

    it('is refused where a VerticalPodAutoscaler sets the memory, unless it only recommends', async () => {
      const target = await limited(world(), 'Deployment', 'sized');
      const others = await limited(world(), 'Deployment', 'unsized');
      const { cluster, asked } = await actorFor(world(), raiseMemoryLimit);
      const vertical = { apiVersion: 'autoscaling.k8s.io/v1', kind: 'VerticalPodAutoscaler', name: 'sizes' };
      const sizes = (updateMode?: string) => {
        const targetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'sized' };
        return customObject(world(), {
          ...vertical,
          spec: { targetRef, ...(updateMode && { updatePolicy: { updateMode } }) },
        });
      };
      const raise = (of: Target) =>
        remediateOn(cluster, aStep(raiseMemoryLimit, of, { params: { atMost: '1Gi', inPlace: 'Never' } }));
      await sizes();
      expect(await cluster.listVerticalAutoscalersOf(target.workload)).toMatchObject([
        { ref: { kind: 'VerticalPodAutoscaler', namespace: 'shop', name: 'sizes' } },
      ]);
      expect(await cluster.listVerticalAutoscalersOf(others.workload)).toEqual([]);
      await expect(raise(target)).rejects.toMatchObject({
        code: 'MANAGED_ELSEWHERE',
        message: expect.stringContaining('belongs to VerticalPodAutoscaler shop/sizes (VPA)'),
      });
      expect(asked()).toEqual([]);
      expect((await ofTemplate(world(), target))?.limits?.memory).toBe('128Mi');
      await raise(others);
      await sizes('Off');
      await raise(target);
      for (const raised of [target, others]) expect((await ofTemplate(world(), raised))?.limits?.memory).toBe('192Mi');
    });

    it('does not fit a paused Deployment', async () => {
      const target = await limited(world(), 'Deployment', 'resting');
      await change(world(), appsPath('Deployment', 'resting'), { spec: { paused: true } });
      expect(await codeOf(act(target, { atMost: '1Gi' }))).toBe('NOT_APPLICABLE');
    });
  },
};
export default scene;
