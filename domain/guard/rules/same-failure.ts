import { workloadKey } from '../../target/target.ts';
import { actsOn } from '../state.ts';
import { defineRule } from './rule.ts';

/** A remedy that did not help twice does not help a third time. */
export const sameFailure = defineRule({
  name: 'sameFailure',
  statements: ['G17'],
  summary: 'Denies, and asks a person once, when the very same failure came back after the acts before.',
  reasons: ['sameFailure'],
  settings: ['guards.sameFailure'],
  judge: ({ state, request }) => {
    const { failure, settings, target } = request;
    const key = workloadKey(target);
    const same = actsOn(state, key).filter((act) => act.failure === failure);
    if (same.length < settings.sameFailure) return undefined;
    const times = same.slice(-2).map(({ atMs, result }) => `${new Date(atMs).toISOString()} (${result})`);
    return {
      kind: 'deny',
      reason: 'sameFailure',
      detail: `“${failure}” again, after acts at ${times.join(' and ')}`,
      incident: `sameFailure/${key}`,
    };
  },
});
