import type { CommandEntry } from './command-entry.ts';

const run = 'Run';
const runs = 'Remediations';
const guard = 'Guard';
const policies = 'Policies';
const shell = 'Command line';

/** The six answers differ in their words only. */
const answer = (name: string, summary: string, does: string): CommandEntry => ({
  name,
  group: runs,
  summary,
  examples: [[`mendflow ${name} shop/Deployment/checkout --note "seen in the dashboard"`, does]],
  load: async () => {
    const { answerCommand } = await import('./answer.ts');
    return (terminal) => answerCommand({ name, summary }, terminal);
  },
});

/** Every command, in the order of --help; the code of one is loaded only when it is called, so that --help answers at once. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'serve',
    group: run,
    summary: 'Run the api, the worker, the watcher, or all of them',
    examples: [
      ['mendflow serve', 'run everything'],
      ['mendflow serve api --config mendflow.yaml', 'run the api with a configuration file'],
    ],
    load: async () => (await import('./serve.ts')).serveCommand,
  },
  {
    name: 'doctor',
    group: run,
    summary: 'Check everything that an installation needs, and say how to mend what fails',
    examples: [
      ['mendflow doctor', 'with the environment of the worker'],
      ['mendflow doctor --config mendflow.yaml --send-test', 'each receiver gets a test message'],
    ],
    load: async () => (await import('./doctor.ts')).doctorCommand,
  },
  {
    name: 'list',
    group: runs,
    summary: 'List runs: those still running first',
    examples: [
      ['mendflow list', 'the latest 50'],
      ['mendflow list -n shop --phase AwaitingApproval', 'what waits for a person in a namespace'],
      ['mendflow list --watch', 'every run as it changes, until Ctrl-C'],
      ['mendflow list --since 24h --outcome escalated -o wide', 'what was handed over since yesterday'],
    ],
    load: async () => (await import('./list.ts')).listCommand,
  },
  {
    name: 'describe',
    group: runs,
    summary: 'Show one run: its ladder, verdicts and evidence, and how to answer it',
    examples: [
      ['mendflow describe shop/Deployment/checkout', 'the latest run of a workload'],
      ['mendflow describe remediation/default/MemoryLeakDetected/a1b2c3 -o json', 'a run by its id, for a script'],
    ],
    load: async () => (await import('./describe/index.ts')).describeCommand,
  },
  {
    name: 'follow',
    group: runs,
    summary: 'Print what happens in a run until it ends; the exit code is its outcome',
    examples: [
      ['mendflow follow a1b2c3', 'a run by the beginning of its fingerprint'],
      ['mendflow follow shop/Deployment/checkout --timeout 10m', 'give up, with exit code 4, after ten minutes'],
    ],
    load: async () => (await import('./follow.ts')).followCommand,
  },
  answer('approve', 'Say yes to the step that a run asks about', 'show what would be done, then ask'),
  answer('reject', 'Say no to the step that a run asks about', 'the run goes on without this step'),
  answer('acknowledge', 'Acknowledge an escalation: no further level is told', 'nobody else is told'),
  answer('retry', 'Let a run try again after an escalation', 'it verifies anew and begins with its first step'),
  answer('abort', 'End a run; nothing more is done', 'the run ends as aborted'),
  answer('take-over', 'Take a workload into your own hands; the run ends', 'the run ends with your name on it'),
  {
    name: 'guard',
    group: guard,
    summary: 'Show what limits every run: pauses, storm, permits, budgets, cooldowns, incidents',
    examples: [
      ['mendflow guard', 'all of it'],
      ['mendflow guard -o json', 'the same as a document'],
    ],
    load: async () => (await import('./guard.ts')).guardCommand,
  },
  {
    name: 'pause',
    group: guard,
    summary: 'Stop every act of the cluster until resumed, or for a time',
    examples: [
      ['mendflow pause --why "migration of the database"', 'stop; others see why'],
      ['mendflow pause --why "migration of the database" --for 2h', 'stop for two hours'],
    ],
    load: async () => (await import('./pause.ts')).pauseCommand,
  },
  {
    name: 'resume',
    group: guard,
    summary: 'Lift one pause, or all; acts go on when none is left',
    examples: [
      ['mendflow resume 7f3e', 'lift the pause whose id begins so'],
      ['mendflow resume --all --why "migration done"', 'lift every pause'],
    ],
    load: async () => (await import('./resume.ts')).resumeCommand,
  },
  {
    name: 'reset',
    group: guard,
    summary: 'Forget a workload’s cooldown, attempts and failures; budgets still count them',
    examples: [['mendflow reset shop/Deployment/checkout --why "fixed the image"', 'let it be remediated again']],
    load: async () => (await import('./reset.ts')).resetCommand,
  },
  {
    name: 'policies',
    group: policies,
    summary: 'List the policies in force, and what is wrong with those that are not',
    examples: [
      ['mendflow policies', 'name, mode, steps and namespaces'],
      ['mendflow policies -o wide', 'with the alerts that each one matches'],
    ],
    load: async () => (await import('./policies.ts')).policiesCommand,
  },
  {
    name: 'lint',
    group: policies,
    summary: 'Check policies before they are in force',
    examples: [
      ['mendflow lint policies/', 'a folder, as one set'],
      ['mendflow lint --config mendflow.yaml policies/', 'with the receivers of a configuration'],
      ['mendflow lint --strict -o github policies/', 'in CI: warnings fail too, findings become annotations'],
    ],
    load: async () => (await import('./lint.ts')).lintCommand,
  },
  {
    name: 'explain',
    group: policies,
    summary: 'Say what an alert would lead to now, and why: policy, target, checks, ladder, guards',
    examples: [
      ['mendflow explain alertname=PodCrashLooping namespace=shop pod=checkout-1', 'an alert by its labels'],
      ['mendflow explain webhook.json', 'every alert of a webhook body'],
      ['mendflow explain --run shop/Deployment/checkout', 'the alert of a run, as if it came now'],
    ],
    load: async () => (await import('./explain/index.ts')).explainCommand,
  },
  {
    name: 'report',
    group: policies,
    summary: 'Report what a policy did or would have done, and what promoting it would mean',
    examples: [['mendflow report memory-leak --since 14d', 'the last two weeks']],
    load: async () => (await import('./report.ts')).reportCommand,
  },
  {
    name: 'backtest',
    group: policies,
    summary: 'Judge past runs by other policies',
    examples: [
      ['mendflow backtest policies/ --since 30d', 'a changed folder against a month of runs'],
      ['mendflow backtest policies/ -o wide', 'every run, not only those that differ'],
    ],
    load: async () => (await import('./backtest/index.ts')).backtestCommand,
  },
  {
    name: 'simulate',
    group: policies,
    summary: 'Simulate what an alert would lead to, on a copy of the cluster; nothing is written',
    examples: [
      [
        'mendflow simulate webhook.json --mode Auto',
        'the whole ladder on the live cluster, as if the policy were in Auto',
      ],
      [
        'mendflow simulate alertname=KubePodCrashLooping namespace=shop pod=checkout-7d9f6-x2x4z --snapshot cluster.json',
        'on a snapshot that kubectl printed',
      ],
    ],
    load: async () => (await import('./simulate/index.ts')).simulateCommand,
  },
  {
    name: 'test',
    group: policies,
    summary: 'Play the tests of policies (*.test.yaml) in virtual time, on a simulated cluster',
    examples: [
      ['mendflow test policies/', 'every test in a folder'],
      ['mendflow test policies/crash-loop.test.yaml --only cooldown', 'the tests with this in their name'],
      ['mendflow test policies/ -o junit > results.xml', 'in CI'],
    ],
    load: async () => (await import('./test.ts')).testCommand,
  },
  {
    name: 'config',
    group: shell,
    summary: 'Name the installations to which the commands speak, and choose one',
    examples: [
      [
        'mendflow config set-context prod --server https://mendflow.example.com --token-file ~/.mendflow-token',
        'add one',
      ],
      ['mendflow config use-context prod', 'every command speaks to it'],
      ['mendflow list --context sandbox/default', 'one command speaks to the sandbox'],
    ],
    load: async () => (await import('./config.ts')).configCommand,
  },
  {
    name: 'completion',
    group: shell,
    summary: 'Print a script that lets the shell complete commands, options and names',
    examples: [
      ['source <(mendflow completion bash)', 'in this shell; in ~/.bashrc for every one'],
      ['mendflow completion fish > ~/.config/fish/completions/mendflow.fish', 'for fish'],
    ],
    load: async () => (await import('./completion.ts')).completionCommand,
  },
  {
    name: 'version',
    group: shell,
    summary: 'Print the version',
    examples: [['mendflow version', 'the version of this command line']],
    load: async () => (await import('./version.ts')).versionCommand,
  },
];
