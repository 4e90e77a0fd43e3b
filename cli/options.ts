import { type Command, InvalidArgumentError, Option } from 'commander';
import { loadClient } from '../config/client.ts';
import { parseDuration } from '../domain/text/duration.ts';
import { type ApiClient, openClient } from './client.ts';
import type { Terminal } from './terminal.ts';

/** Options of every command that speaks to the api. */
export interface ServerOptions {
  server?: string;
  token?: string;
  context?: string;
  requestTimeout: number;
}

/** A duration as an option; its value is milliseconds. */
export function durationValue(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  throw new InvalidArgumentError('a duration is written 30s, 10m or 1h30m');
}

/** A whole number of at least 1 as an option. */
export function countValue(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new InvalidArgumentError('must be a whole number of at least 1');
}

/** A whole number of at least 1 that the api takes no larger. */
export const countUpTo =
  (most: number) =>
  (text: string): number => {
    const count = countValue(text);
    if (count <= most) return count;
    throw new InvalidArgumentError(`must be at most ${most}`);
  };

/** Adds the options by which the command finds the api. */
export function withServer(command: Command): Command {
  return command
    .option('--server <url>', 'the api (default: $MENDFLOW_SERVER, the context in use, or the sandbox that runs)')
    .option('--token <token>', 'your token (default: $MENDFLOW_TOKEN, else the file $MENDFLOW_TOKEN_FILE)')
    .option('--context <name>', 'an installation that mendflow config get-contexts lists')
    .addOption(
      new Option('--request-timeout <duration>', 'how long to wait for an answer')
        .argParser(durationValue)
        .default(15_000, '15s'),
    );
}

/** Adds `-o` with the formats that the command knows beside its own. */
export function withOutput(command: Command, formats: readonly string[]): Command {
  return command.addOption(new Option('-o, --output <format>', 'output format').choices(formats));
}

/**
 * The client that the options ask for. Says which server that is, unless the caller gave its address. Throws
 * INVALID_CONFIG.
 */
export function clientFor(terminal: Terminal, { server, token, context, requestTimeout }: ServerOptions): ApiClient {
  const { foundBy, ...settings } = loadClient({ env: terminal.env, server, token, context });
  if (foundBy !== undefined) terminal.say(`Server: ${settings.server} (${foundBy})`);
  return openClient({ ...settings, timeoutMs: requestTimeout });
}
