import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { searchAttributes } from '../domain/run/contract.ts';
import { retentionWantedMs } from '../domain/run/retention.ts';
import { resolveBinary } from './binaries/index.ts';
import { wantedPort } from './free-port.ts';
import type { PartContext } from './part.ts';

/** The Temporal server of a sandbox. */
export interface Temporal {
  /** Mendflow's own; ended runs are kept in it for as long as `backtest` looks back. */
  namespace: string;
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

const namespace = 'mendflow';

async function withConnection<T>(address: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = Connection.lazy({ address });
  try {
    return await connection.withDeadline(Date.now() + 1_000, () => work(connection));
  } finally {
    await connection.close();
  }
}

const hasSearchAttributes = (address: string): Promise<boolean> =>
  withConnection(address, async ({ operatorService }) => {
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
    return searchAttributes.every((name) => name in customAttributes);
  });

/** The development server makes namespaces that keep ended runs for a day, and has no option to say otherwise. */
async function keepRuns(address: string): Promise<void> {
  const workflowExecutionRetentionTtl = msToTs(retentionWantedMs);
  await withConnection(address, ({ workflowService }) =>
    workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl } }),
  );
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
      `--namespace=${namespace}`,
      ...searchAttributes.map((name) => `--search-attribute=${name}=Keyword`),
    ],
    ready: () => hasSearchAttributes(address),
  });
  await keepRuns(address);
  return { address, namespace, uiUrl: `http://127.0.0.1:${uiPort}` };
}
