import type { ActionContext } from '../../../activities/actions/define-action.ts';
import { nothingConfigured, openOutside } from '../../../activities/outside/outside.ts';
import { anActionAlert, nowMs } from './builders.ts';
import type { TestCluster } from './test-cluster.ts';

/** What an action gets beside its target: nothing outside is configured, and waiting takes no time. */
export function anActionContext(cluster: TestCluster): Omit<ActionContext, 'target'> {
  return {
    ...{ cluster, token: 'run-1.0', askedAtMs: nowMs, dryRun: false, alert: anActionAlert },
    allowedManagers: [],
    replaceable: async () => undefined,
    outside: openOutside(nothingConfigured),
    wait: {
      untilMs: nowMs,
      now: () => nowMs,
      pause: async () => undefined,
      during: <T>(work: Promise<T>) => work,
    },
  };
}
