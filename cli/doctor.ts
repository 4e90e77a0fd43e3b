import type { Client } from '@temporalio/client';
import { Command } from 'commander';
import { openTemporal } from '../api/temporal/connection.ts';
import { temporalReadiness } from '../api/temporal/readiness.ts';
import { type Config, loadConfig } from '../config/config.ts';
import { installationOf } from '../config/installation.ts';
import { errors } from '../domain/run/errors.ts';
import { doctor, type Examination, type Finding } from '../worker/doctor/index.ts';
import { exitCodes } from './exit-codes.ts';
import { withOutput } from './options.ts';
import { printDocument } from './output/document.ts';
import { type Terminal, toned } from './terminal.ts';

interface DoctorOptions {
  config?: string;
  output?: 'json' | 'yaml';
  sendTest?: boolean;
}

async function examineAll(terminal: Terminal, options: DoctorOptions): Promise<void> {
  const config = loadConfig({ env: terminal.env, file: options.config });
  const findings: Finding[] = [];
  const client = openTemporal({ ...config.temporal, identity: 'mendflow doctor' });
  const deps = { client, temporal: temporalExaminations(client, config), now: terminal.now };
  for await (const finding of doctor(config, { ...deps, sendTest: options.sendTest === true })) {
    findings.push(finding);
    if (options.output === undefined) for (const line of inWords(terminal, finding)) terminal.print(line);
  }
  await client.connection.close();
  if (options.output !== undefined) await printDocument(terminal, options.output, { findings });
  const count = (status: Finding['status']) => findings.filter((finding) => finding.status === status).length;
  const warnings = count('warning');
  const tally = [
    `${count('ok')} ok`,
    `${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`,
    `${count('failed')} failed`,
  ];
  terminal.say([...tally, `${count('skipped')} skipped`].join(', '));
  if (count('failed') > 0) terminal.exitCode = exitCodes.failed;
}

/** The checks of the api's /readyz. */
const temporalExaminations = (client: Client, config: Config): Examination[] =>
  temporalReadiness(client, installationOf(config)).map(({ name, run }) => ({
    ...(name === 'temporal' ? { name } : { name: `temporal, ${name}`, needs: 'temporal' }),
    async look() {
      const { isOk, isWarning, code, detail } = await run();
      if (isOk) return { status: isWarning ? 'warning' : 'ok', detail };
      return { status: 'failed', detail, fix: errors[code ?? 'TEMPORAL_UNAVAILABLE'].fix };
    },
  }));

const tones = { ok: 'green', warning: 'yellow', failed: 'red', skipped: 'dim' } as const;
const width = 'warning'.length;

function inWords(terminal: Terminal, { check, status, detail, fix }: Finding): string[] {
  const [first = '', ...others] = detail.split('\n');
  const indent = ' '.repeat(width + 2);
  return [
    `${toned(terminal, tones[status], status.padEnd(width))}  ${check}: ${first}`,
    ...others.map((line) => `${indent}${line}`),
    ...(fix === undefined ? [] : [`${indent}fix: ${fix}`]),
  ];
}

/** `mendflow doctor`: checks everything that an installation needs; exit code 1 where something fails. */
export function doctorCommand(terminal: Terminal): Command {
  const command = new Command('doctor')
    .description(
      'Check everything that an installation needs: Temporal, cluster, rights, policies, Prometheus, receivers, clock. Run it where the worker runs, with its environment and configuration',
    )
    .option('--config <file>', 'configuration file (default: $MENDFLOW_CONFIG)')
    .option('--send-test', 'send each receiver a test message, then close it');
  return withOutput(command, ['json', 'yaml']).action((options: DoctorOptions) => examineAll(terminal, options));
}
