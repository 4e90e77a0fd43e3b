import { rmSync } from 'node:fs';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { MendflowError } from '../domain/run/errors.ts';
import { dataFolderOf, sandboxNames } from './data-folder.ts';
import { type Fault, faults, injectFault, podMeant, removeFault } from './faults.ts';
import type { Ports } from './part.ts';
import { progressOn } from './progress.ts';
import { startSandbox } from './sandbox.ts';
import { SandboxError } from './sandbox-error.ts';
import { allParts, type PartName } from './start-parts.ts';
import { readState, type SandboxState } from './state.ts';
import { stopSignal } from './stop-signal.ts';

interface RunOptions {
  name: string;
  parts?: PartName[];
  cluster: string;
  audit?: boolean;
  fresh?: boolean;
  webhookUrl?: string;
  webhookToken: string;
  temporalPort?: number;
  temporalUiPort?: number;
  kubernetesPort?: number;
  prometheusPort?: number;
  alertmanagerPort?: number;
}

function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new InvalidArgumentError('a port is a number from 1 to 65535');
}

function partList(text: string): PartName[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !allParts.includes(name as PartName));
  if (unknown === undefined) return names as PartName[];
  throw new InvalidArgumentError(`there is no part ${unknown}; there are ${allParts.join(', ')}`);
}

function portsOf(options: RunOptions): Ports {
  const { temporalPort, temporalUiPort, kubernetesPort, prometheusPort, alertmanagerPort } = options;
  return {
    ...(temporalPort && { temporal: temporalPort }),
    ...(temporalUiPort && { temporalUi: temporalUiPort }),
    ...(kubernetesPort && { kubernetes: kubernetesPort }),
    ...(prometheusPort && { prometheus: prometheusPort }),
    ...(alertmanagerPort && { alertmanager: alertmanagerPort }),
  };
}

/** Values in single quotes, as every shell of the Bourne family reads them. */
function exportLines(env: Record<string, string>): string {
  return Object.entries(env)
    .map(([key, value]) => `export ${key}='${value.replaceAll("'", "'\\''")}'`)
    .join('\n');
}

function describe(name: string, state: SandboxState): string {
  const flag = name === 'default' ? '' : ` --name ${name}`;
  return [
    ...Object.entries(state.links).map(([what, url]) => `  ${what.padEnd(16)} ${url}`),
    ...(state.adminKubeconfig ? [`  ${'kubectl'.padEnd(16)} --kubeconfig ${state.adminKubeconfig}`] : []),
    `  ${'variables'.padEnd(16)} eval "$(mendflow sandbox env${flag})"`,
    '  Ctrl-C stops it.',
  ].join('\n');
}

async function runSandbox(options: RunOptions): Promise<void> {
  const stopAsked = stopSignal();
  // Until it is up there is nothing to close in order: the lifelines end what has been started.
  let isUp = false;
  void stopAsked.then(() => isUp || process.exit(130));
  const progress = progressOn(process.stderr);
  const dataFolder = dataFolderOf(options.name);
  if (options.fresh && !readState(dataFolder)) rmSync(dataFolder, { recursive: true, force: true });
  const sandbox = await startSandbox({
    ...{ dataFolder, progress, cluster: options.cluster, audit: options.audit === true, ports: portsOf(options) },
    parts: options.parts ?? allParts,
    ...(options.parts === undefined && { optional: { monitoring: 'the sandbox has no alerts of its own.' } }),
    ...(options.webhookUrl !== undefined && { webhook: { url: options.webhookUrl, token: options.webhookToken } }),
    onLost: ({ name, logFile }, how) => progress.say(`${name} ${how}; see ${logFile}`),
  });
  isUp = true;
  const state = readState(dataFolder);
  if (state) console.error(`The sandbox ${options.name} is up.\n${describe(options.name, state)}`);
  await stopAsked;
  console.error('stopping');
  await sandbox.stop();
}

function printEnv(name: string, isAdmin: boolean): void {
  const state = readState(dataFolderOf(name));
  if (!state) {
    const running = sandboxNames().filter((other) => readState(dataFolderOf(other)));
    const others =
      running.length === 0 ? 'none runs; start one with: mendflow sandbox' : `running: ${running.join(', ')}`;
    throw new SandboxError(`no sandbox ${name} runs (${others})`);
  }
  const kubeconfig = isAdmin && state.adminKubeconfig ? { KUBECONFIG: state.adminKubeconfig } : {};
  console.log(exportLines({ ...state.env, ...kubeconfig }));
}

/** Breaks a live pod, or takes its fault away again; only ever in a sandbox of this machine. */
async function play(target: string, fault: Fault | 'none', name: string): Promise<void> {
  const [namespace, given, ...rest] = target.split('/');
  if (!namespace || !given || rest.length > 0)
    throw new SandboxError(`${target} is not <namespace>/<pod> or <namespace>/<workload>`);
  const kubeconfig = readState(dataFolderOf(name))?.adminKubeconfig;
  if (!kubeconfig) throw new SandboxError(`no sandbox ${name} with a cluster runs; start one with: mendflow sandbox`);
  const pod = await podMeant(kubeconfig, namespace, given);
  if (fault === 'none') await removeFault(kubeconfig, { namespace, pod });
  else await injectFault(kubeconfig, { namespace, pod }, fault);
  const shown = `${namespace}/${pod}`;
  console.log(fault === 'none' ? `${shown} is healthy again` : `${shown} shows ${fault} until it is replaced`);
}

/** Turns what the sandbox says into the error that the command line prints without a stack. */
async function told(work: () => Promise<void> | void): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof SandboxError) throw new MendflowError('INTERNAL', error.message, { cause: error });
    throw error;
  }
}

const nameOption = () => new Option('--name <name>', 'which sandbox; several run side by side').default('default');

const port = (name: string, what: string) =>
  new Option(`--${name}-port <port>`, `port of ${what} (default: a free one)`).argParser(portNumber);

/** `mendflow sandbox` runs the servers until Ctrl-C; `mendflow sandbox env` prints how to reach a running one. */
export function sandboxCommand(): Command {
  const command = new Command('sandbox')
    .description('Temporal, a Kubernetes cluster, Prometheus and Alertmanager on this machine, without containers')
    .addOption(nameOption())
    .option('--parts <list>', `what to start, of ${allParts.join(', ')} (default: all that can be had)`, partList)
    .option('--cluster <name>', 'name of the cluster in alerts and kubeconfigs', 'sandbox')
    .option('--fresh', 'forget the data of an earlier start')
    .option('--audit', 'log every request to the API server')
    .option('--webhook-url <url>', 'where Alertmanager delivers (default: http://127.0.0.1:8080/webhook)')
    .option('--webhook-token <token>', 'bearer token it sends', 'sandbox')
    .addOption(port('temporal', 'Temporal'))
    .addOption(port('temporal-ui', 'Temporal’s Web UI'))
    .addOption(port('kubernetes', 'the Kubernetes API server'))
    .addOption(port('prometheus', 'Prometheus'))
    .addOption(port('alertmanager', 'Alertmanager'))
    .addHelpText('after', '\nIt runs until Ctrl-C. The first start gets or builds the servers, which can take minutes.')
    .action((options: RunOptions) => told(() => runSandbox(options)));
  command
    .command('break')
    .description('let a pod of a running sandbox fail, until it is replaced')
    .argument('<namespace/pod>', 'the pod, or a workload: then its first pod')
    .addArgument(new Argument('<fault>', 'kind of fault; none ends it').choices([...faults, 'none']))
    .addOption(nameOption())
    .action((target: string, fault: Fault | 'none', _, broken: Command) =>
      told(() => play(target, fault, broken.optsWithGlobals<{ name: string }>().name)),
    );
  command
    .command('env')
    .description('Print the variables by which Mendflow, kubectl and the Temporal CLI find a running sandbox')
    .addOption(nameOption())
    .option('--admin', 'with the kubeconfig that may do everything, instead of the worker’s')
    .action((_, env: Command) => {
      const options = env.optsWithGlobals<{ name: string; admin?: boolean }>();
      return told(() => printEnv(options.name, options.admin === true));
    });
  return command;
}
