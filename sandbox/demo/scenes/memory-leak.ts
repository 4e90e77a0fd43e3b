import { injectFault } from '../../faults.ts';
import type { Scene } from './scene.ts';
import { app, isMeasured, podsOf, until } from './world.ts';

/** One pod of three fills its memory; Prometheus measures it, and measures it again before the act. */
export const memoryLeak: Scene = {
  name: 'memory-leak',
  title: 'A pod that leaks memory',
  policy: 'memory-leak',
  alertname: 'MemoryLeakDetected',
  needsPrometheus: true,
  broken: 'one pod of three leaks 20 MiB a second, with a limit of 250 MiB',
  world: (namespace) => [app(namespace, { memory: '250Mi' })],
  async breakIt(place) {
    const { namespace, sandbox } = place;
    const [victim] = await podsOf(place);
    const pod = victim?.metadata.name ?? '';
    await injectFault(sandbox.kubernetes.adminKubeconfig, { namespace, pod }, 'memory-leak');
    const used = `container_memory_working_set_bytes{namespace="${namespace}", pod="${pod}"}`;
    await until('Prometheus measures the leak', () => isMeasured(place, `max(${used}) > 210e6`));
    return { namespace, pod };
  },
  mustEnd: { outcome: 'remediated', steps: ['evictPod kept, irreversible'], acts: ['create pods/eviction'] },
};
