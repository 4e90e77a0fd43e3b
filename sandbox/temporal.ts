import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { searchAttributes } from '../domain/contract.ts';
import { resolveBinary } from './binaries.ts';
import { wantedPort } from './free-port.ts';
import type { PartContext } from './part.ts';

/** The Temporal server of a sandbox; its namespace is `default`. */
export interface Temporal {
  /** `127.0.0.1:<port>`. */
  address: string;
  uiUrl: string;
}

const pragmas = ['journal_mode=WAL', 'synchronous=NORMAL'];

/** The one shard polls its queues 20 times a second by default, which costs 40 ms on every hop. */
const dynamicConfig = [
  'history.transferProcessorMaxPollRPS=5000',
  'history.timerProcessorMaxPollRPS=5000',
  'history.visibilityProcessorMaxPollRPS=200',
];

async function hasSearchAttributes(address: string): Promise<boolean> {
  const connection = Connection.lazy({ address });
  try {
    const { customAttributes } = await connection.withDeadline(Date.now() + 1_000, () =>
      connection.operatorService.listSearchAttributes({ namespace: 'default' }),
    );
    return searchAttributes.every((name) => name in customAttributes);
  } finally {
    await connection.close();
  }
}

/** Starts the tuned development server; resolves when the namespace and its search attributes can be used. */
export async function startTemporal(context: PartContext): Promise<Temporal> {
  const port = await wantedPort('Temporal', context.ports.temporal);
  const uiPort = await wantedPort('the Temporal Web UI', context.ports.temporalUi);
  const address = `127.0.0.1:${port}`;
  await context.supervisor.start({
    name: 'temporal',
    command: await resolveBinary('temporal', context.progress),
    args: [
      ...['server', 'start-dev', '--ip=127.0.0.1', `--port=${port}`, '--ui-ip=127.0.0.1', `--ui-port=${uiPort}`],
      ...[`--db-filename=${join(context.dataFolder, 'temporal.db')}`, '--log-level=warn'],
      ...['--disable-config-file', '--disable-config-env'],
      ...pragmas.map((pragma) => `--sqlite-pragma=${pragma}`),
      ...dynamicConfig.map((setting) => `--dynamic-config-value=${setting}`),
      ...searchAttributes.map((name) => `--search-attribute=${name}=Keyword`),
    ],
    ready: () => hasSearchAttributes(address),
  });
  return { address, uiUrl: `http://127.0.0.1:${uiPort}` };
}
