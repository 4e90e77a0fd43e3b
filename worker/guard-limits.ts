import type { Switches } from '../activities/kill-switch.ts';
import type { Config } from '../config/config.ts';

/** The kill switches beside the guard's own. */
export function switchesOf({ guard: { mode, paused, pauseConfigMap } }: Pick<Config, 'guard'>): Switches {
  const [namespace, name] = pauseConfigMap?.split('/') ?? [];
  return {
    mode,
    ...(paused === undefined || paused === '' || paused === 'false' ? {} : { paused }),
    ...(namespace === undefined || name === undefined ? {} : { configMap: { namespace, name } }),
  };
}
