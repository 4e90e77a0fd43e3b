import type { Connection } from '@temporalio/client';
import { searchAttributes } from '../domain/run/contract.ts';
import { MendflowError } from '../domain/run/errors.ts';
import type { Logger } from '../telemetry/log.ts';

const keyword = 2;

/** Registers what is missing of our search attributes. Throws TEMPORAL_UNAVAILABLE, naming the command, when not allowed to. */
export async function ensureSearchAttributes(
  { operatorService }: Pick<Connection, 'operatorService'>,
  namespace: string,
  log: Logger,
): Promise<void> {
  const missing = await missingAttributes(operatorService, namespace);
  if (missing.length === 0) return;
  try {
    const types = Object.fromEntries(missing.map((name) => [name, keyword]));
    await operatorService.addSearchAttributes({ namespace, searchAttributes: types });
    log.info({ detail: missing.join(', ') }, 'search attributes registered');
  } catch (cause) {
    const commands = missing.map((name) => `--name ${name} --type Keyword`).join(' ');
    throw new MendflowError(
      'TEMPORAL_UNAVAILABLE',
      `Search attributes are missing and may not be registered by us: temporal operator search-attribute create --namespace ${namespace} ${commands}`,
      { cause },
    );
  }
}

type OperatorService = Connection['operatorService'];

async function missingAttributes(service: OperatorService, namespace: string): Promise<string[]> {
  const { customAttributes } = await service.listSearchAttributes({ namespace });
  return searchAttributes.filter((name) => customAttributes?.[name] === undefined);
}
