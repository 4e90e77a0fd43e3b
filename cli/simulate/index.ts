import { Command, InvalidArgumentError, Option } from 'commander';
import { type Config, loadConfig } from '../../config/config.ts';
import { guardLimits } from '../../config/guard-limits.ts';
import { isWebAddress } from '../../config/web-address.ts';
import type { Alert } from '../../domain/alert/alert.ts';
import { alertsOf } from '../../domain/alert/intake.ts';
import { type PolicyMode, policyModes } from '../../domain/policy/mode.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { safeDocument } from '../../domain/text/plain-text.ts';
import { loadSimulation } from '../../simulation/index.ts';
import { type PersonAnswer, personAnswers } from '../../simulation/people.ts';
import { type Remedy, remedies } from '../../simulation/simulate/remedy.ts';
import type { SimulationReport } from '../../simulation/simulate/simulate-alerts.ts';
import { policiesAt } from '../backtest/policies.ts';
import { alertsNamed } from '../explain/alert-argument.ts';
import { durationValue, withOutput } from '../options.ts';
import { isDocumentFormat, printDocument } from '../output/document.ts';
import type { Terminal } from '../terminal.ts';
import { simulationDocument, simulationInWords } from './simulation-in-words.ts';
import { type SnapshotOptions, snapshotFor } from './snapshot-argument.ts';

interface SimulateOptions extends SnapshotOptions {
  output?: string;
  config?: string;
  policies?: string[];
  mode?: PolicyMode;
  remedy: Remedy;
  answer: PersonAnswer;
  prometheus?: string;
  for: number;
}

async function simulate(terminal: Terminal, given: readonly string[], options: SimulateOptions): Promise<void> {
  const config = loadConfig({ env: terminal.env, file: options.config });
  const [items, policies] = await Promise.all([alertsNamed(terminal, given), policiesFor(terminal, config, options)]);
  const { snapshot, source, switches } = await snapshotFor(config, items, { ...options, nowMs: terminal.now() });
  const reading = { cluster: config.cluster.name, receivedAt: new Date(snapshot.atMs).toISOString() };
  const alerts = firingOf(items, reading);
  const prometheus = await prometheusFor(config, options);
  const { simulateAlerts } = await loadSimulation();
  const report = await simulateAlerts({
    ...{ snapshot, alerts, policies, clusterName: config.cluster.name, limits: guardLimits(config), switches },
    ...{ remedy: options.remedy, answer: options.answer, atMostMs: options.for },
    ...(prometheus && { prometheus }),
  });
  // Here no api stands between the alerts and the person, who must not be shown a secret of a label either.
  await show(terminal, safeDocument(report), { source, ...options });
}

async function show(
  terminal: Terminal,
  report: SimulationReport,
  { source, output, mode }: { source: string; output?: string; mode?: PolicyMode },
): Promise<void> {
  if (isDocumentFormat(output)) return printDocument(terminal, output, simulationDocument(report, source));
  for (const line of simulationInWords(report, source)) terminal.print(line);
  if (!report.runs.some((run) => run.report?.wouldHave !== undefined)) return;
  if (mode !== 'Auto') terminal.say('The policy does not act in its mode; --mode Auto shows the whole ladder.');
  else terminal.say('The configuration (guard.mode) or the namespace (mendflow.dev/mode) allows no acts.');
}

/** The set that is named or configured, in the mode that is asked for. */
async function policiesFor(terminal: Terminal, config: Config, options: SimulateOptions): Promise<Policy[]> {
  const { policies: named, mode } = options;
  if (named === undefined && config.policies.source === 'crd') {
    throw new MendflowError('INVALID_REQUEST', 'the policies are custom resources here; name files with --policies');
  }
  const policies = await policiesAt(terminal, named ?? [config.policies.folder]);
  return policies.map((policy) => (mode === undefined ? policy : { ...policy, spec: { ...policy.spec, mode } }));
}

/** The alerts as the intake reads them; one that has resolved starts nothing. */
function firingOf(items: readonly object[], reading: { cluster: string; receivedAt: string }): Alert[] {
  const { alerts, rejected } = alertsOf({ alerts: [...items] }, reading);
  const [wrong] = rejected;
  if (wrong !== undefined) {
    throw new MendflowError('INVALID_REQUEST', `alert ${wrong.index + 1}: ${wrong.field} is ${wrong.reason}`);
  }
  const firing = alerts.filter(({ status }) => status === 'firing');
  if (firing.length === 0) throw new MendflowError('INVALID_REQUEST', 'no alert fires; a resolved one starts nothing');
  return firing;
}

async function prometheusFor({ prometheus }: Config, options: SimulateOptions) {
  const url = options.prometheus ?? (options.snapshot === undefined ? prometheus.url : undefined);
  if (url === undefined) return undefined;
  const { createPrometheus } = await import('../../activities/prometheus.ts');
  return createPrometheus({ url });
}

function urlValue(text: string): string {
  if (isWebAddress(text)) return text;
  throw new InvalidArgumentError('must be an http or https URL');
}

function timeValue(text: string): number {
  const ms = Date.parse(text);
  if (!Number.isNaN(ms)) return ms;
  throw new InvalidArgumentError('a time is written 2026-03-29T00:30:00Z');
}

/** `mendflow simulate`: the whole story of an alert, played on a copy of the cluster; nothing is written. */
export function simulateCommand(terminal: Terminal): Command {
  const command = new Command('simulate')
    .description('Simulate what an alert would lead to, on a copy of the cluster, in virtual time; nothing is written')
    .argument('[alert...]', 'a file (webhook body, or one alert, as JSON), - for stdin, or labels as name=value')
    .addOption(
      new Option(
        '--policies <path>',
        'policies: a file or folder, repeatable (default: the configured folder)',
      ).argParser((path: string, before: string[] = []) => [...before, path]),
    )
    .option('--config <file>', 'configuration file (default: $MENDFLOW_CONFIG)')
    .option('--snapshot <file>', 'a List that kubectl get … -A -o json printed, instead of a live cluster')
    .option('--kubeconfig <file>', 'kubeconfig of the live cluster (default: as configured)')
    .option('--context <name>', 'context of the kubeconfig (default: as configured)')
    .addOption(
      new Option('--at <time>', 'when the snapshot was taken (default: the newest time in it)').argParser(timeValue),
    )
    .addOption(new Option('--mode <mode>', 'as if every policy had this mode').choices(policyModes))
    .addOption(new Option('--remedy <what>', 'what the steps do to the fault').choices(remedies).default('fails'))
    .addOption(
      new Option('--answer <what>', 'what people say when they are asked').choices(personAnswers).default('approve'),
    )
    .addOption(
      new Option(
        '--prometheus <url>',
        'Prometheus that is asked each query of the policies once; without it they are assumed to hold',
      ).argParser(urlValue),
    )
    .addOption(
      new Option('--for <duration>', 'stop the simulation after this time')
        .argParser(durationValue)
        .default(93_600_000, '26h'),
    );
  return withOutput(command, ['json', 'yaml']).action((given: string[], options: SimulateOptions) =>
    simulate(terminal, given, options),
  );
}
