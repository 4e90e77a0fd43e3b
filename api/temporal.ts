import type { ApiDeps } from './ports.ts';
import { openTemporal, type TemporalSettings } from './temporal/connection.ts';
import { createGuard } from './temporal/guard.ts';
import { createIntake } from './temporal/intake.ts';
import { temporalReadiness } from './temporal/readiness.ts';
import { createRunList } from './temporal/run-list.ts';
import { createRunView } from './temporal/run-view.ts';
import { createSend } from './temporal/send.ts';

/** The api's ports on Temporal, and how to let go of the connection. */
export interface TemporalPorts extends Pick<ApiDeps, 'intake' | 'runs' | 'guard' | 'readiness'> {
  close(): Promise<void>;
}

/** Opens the ports without connecting: Temporal may come later. */
export function temporalPorts(
  settings: TemporalSettings,
  { cluster, approvalKey, now }: { cluster: string; approvalKey?: string | undefined; now: () => number },
): TemporalPorts {
  const client = openTemporal(settings);
  return {
    intake: createIntake(client),
    runs: {
      list: createRunList(client, now),
      show: createRunView(client, settings.uiUrl),
      send: createSend(client, approvalKey),
    },
    guard: createGuard(client, cluster),
    readiness: temporalReadiness(client),
    close: () => client.connection.close(),
  };
}
