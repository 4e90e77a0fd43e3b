import type { Outside } from '../../activities/outside/outside.ts';

/** What actions reach beside the simulated cluster: all is configured, takes everything, and does each step once. */
export function simulatedOutside(): Outside {
  const done = new Set<string>();
  const silences = new Map<string, boolean>();
  return {
    mayCall: () => true,
    endpoint: (name) => ({ name, url: `https://${name}.invalid/`, headers: {}, allowPrivateNetwork: false }),
    async send({ name }, { headers }) {
      const key = `${name} ${headers['idempotency-key']}`;
      if (done.has(key)) return 409;
      done.add(key);
      return 200;
    },
    silences: () => ({
      async find(text) {
        const ours = [...silences].filter(([comment]) => comment.includes(text));
        return ours.map(([id, isActive]) => ({ id, isActive }));
      },
      async create({ comment }) {
        silences.set(comment, true);
      },
      async expire(id) {
        silences.set(id, false);
      },
    }),
  };
}
