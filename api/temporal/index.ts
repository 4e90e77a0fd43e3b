import { randomUUID } from 'node:crypto';
import type { Installation } from '../../config/installation.ts';
import type { SigningKeys } from '../../domain/run/signing.ts';
import type { ApiDeps } from '../ports.ts';
import { openTemporal, type TemporalSettings } from './connection.ts';
import { createExplain } from './explain.ts';
import { createGuard } from './guard.ts';
import { createIntake } from './intake.ts';
import { createPolicies } from './policies.ts';
import { temporalReadiness } from './readiness.ts';
import { createRecords } from './records.ts';
import { createRunList } from './run-list.ts';
import { createRunView } from './run-view.ts';
import { createSend } from './send.ts';

/** The api's ports on Temporal, and how to let go of the connection. */
export interface TemporalPorts
  extends Pick<ApiDeps, 'intake' | 'runs' | 'explain' | 'policies' | 'records' | 'guard' | 'readiness'> {
  close(): Promise<void>;
}

interface PortSettings {
  cluster: string;
  keys: SigningKeys;
  installation: Installation;
  now: () => number;
}

/** Opens the ports without connecting: Temporal may come later. */
export function temporalPorts(
  settings: TemporalSettings,
  { cluster, keys, installation, now }: PortSettings,
): TemporalPorts {
  const client = openTemporal(settings);
  const list = createRunList(client, now, keys[0]?.secret ?? randomUUID());
  return {
    intake: createIntake(client),
    runs: {
      list,
      show: createRunView(client, settings.uiUrl),
      send: createSend(client, keys),
    },
    explain: createExplain(client),
    policies: createPolicies(client),
    records: createRecords(client, list),
    guard: createGuard(client, { cluster, keys, now }),
    readiness: temporalReadiness(client, installation),
    close: () => client.connection.close(),
  };
}
