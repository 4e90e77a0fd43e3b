import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { actions } from '../activities/actions/index.ts';
import { configFaults } from '../config/config.ts';
import { type LintResult, lintFiles, type PolicyFile } from '../config/lint-files.ts';
import { fallbackInWords, receiversIn } from '../config/receiver-names.ts';
import { MendflowError } from '../domain/run/errors.ts';
import { exitCodes } from './exit-codes.ts';
import { withOutput } from './options.ts';
import { printDocument } from './output/document.ts';
import { findingForGithub, findingInWords, tallyOf } from './output/findings.ts';
import type { Terminal } from './terminal.ts';

interface LintOptions {
  output?: 'json' | 'github';
  config?: string;
  strict?: boolean;
}

async function lintPolicies(terminal: Terminal, paths: readonly string[], options: LintOptions): Promise<void> {
  const files = (await Promise.all(paths.map((path) => filesAt(terminal, path)))).flat();
  if (files.length === 0)
    throw new MendflowError('INVALID_REQUEST', `there is no *.yaml or *.yml in ${paths.join(', ')}`);
  const config = options.config || terminal.env.MENDFLOW_CONFIG;
  const receivers = config ? receiversIn(config) : undefined;
  const result = lintFiles(files, {
    actions,
    receivers: receivers?.map(({ name }) => name),
    hasFallbackReceiver: receivers?.some(({ isFallback }) => isFallback) ?? false,
    nowMs: terminal.now(),
  });
  const inConfig = config ? configFaults({ env: terminal.env, file: config }) : { faults: [], missingSecrets: [] };
  const tally = tallyOf(result.findings);
  const errors = tally.errors + inConfig.faults.length;
  const warnings = tally.warnings + inConfig.missingSecrets.length;
  if (options.output === 'json')
    await printDocument(terminal, 'json', { ...result, ...(config && { config: inConfig }), errors, warnings });
  else
    for (const finding of result.findings) {
      const lines = options.output === 'github' ? [findingForGithub(finding)] : findingInWords(finding, terminal);
      for (const line of lines) terminal.print(line);
    }
  for (const fault of inConfig.faults) terminal.say(`error: ${fault}`);
  for (const missing of inConfig.missingSecrets) terminal.say(`warning: ${missing}`);
  if (receivers === undefined) terminal.say('Receivers are not checked: name the configuration file with --config.');
  else
    terminal.say(
      `${config}: ${fallbackInWords(receivers.map(({ name, isFallback: fallback }) => ({ name, fallback })))}.`,
    );
  terminal.say(summaryOf(files.length, result, { errors, warnings }));
  if (errors > 0 || (options.strict === true && warnings > 0)) terminal.exitCode = exitCodes.failed;
}

const many = (count: number, what: string, plural = `${what}s`) => `${count} ${count === 1 ? what : plural}`;

function summaryOf(
  files: number,
  { policies }: LintResult,
  { errors, warnings }: { errors: number; warnings: number },
) {
  const found = `${many(errors, 'error')}, ${many(warnings, 'warning')}`;
  return `${many(files, 'file')}, ${many(policies, 'readable policy', 'readable policies')}: ${found}`;
}

const isPolicyFile = (name: string) => /\.ya?ml$/.test(name) && !/\.test\.ya?ml$/.test(name);

/** A file as it is, a folder's policy files in the order of their names, `-` for stdin. */
async function filesAt(terminal: Terminal, path: string): Promise<PolicyFile[]> {
  if (path === '-') return [{ name: 'stdin', text: await terminal.readInput() }];
  try {
    if (!statSync(path).isDirectory()) return [{ name: path, text: readFileSync(path, 'utf8') }];
    const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter(isPolicyFile).sort();
    return (await Promise.all(names.map((name) => filesAt(terminal, join(path, name))))).flat();
  } catch (cause) {
    return [{ name: path, unreadable: (cause as NodeJS.ErrnoException).code ?? 'unknown' }];
  }
}

/** `mendflow lint`: policies as one set; exit code 1 for an error, with --strict for a warning too. */
export function lintCommand(terminal: Terminal): Command {
  const command = new Command('lint')
    .description('Check policies, as one set, before they are in force; the API does the same at /v1/policies/lint')
    .argument('<path...>', 'files, folders with *.yaml, or - for stdin')
    .option('--config <file>', 'configuration to check too, with its receivers and secrets (default: $MENDFLOW_CONFIG)')
    .option('--strict', 'fail on warnings too');
  return withOutput(command, ['json', 'github']).action((paths: string[], options: LintOptions) =>
    lintPolicies(terminal, paths, options),
  );
}
