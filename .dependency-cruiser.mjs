// Who may import whom. What a rule says no to is its name; the house explains why in docs/architecture.md.
const ours =
  '^(activities|api|bench|cli|config|domain|sandbox|scripts|simulation|telemetry|temporal|test|watcher|worker|workflows)/';
const packages = 'node_modules/';

/** A folder may import the folders listed, itself, packages and Node; nothing else of ours. */
const mayImport = (folder, others) => ({
  name: `${folder}-imports-only-${others.join('-') || 'itself'}`,
  severity: 'error',
  from: { path: `^${folder}/` },
  to: { path: ours, pathNot: `^(${[folder, ...others].join('|')})(/|\\.ts$)` },
});

export default {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'Types too: a part names what it needs of the whole by an interface of its own.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    { name: 'imports-resolve', severity: 'error', from: {}, to: { couldNotResolve: true } },
    mayImport('domain', []),
    mayImport('config', ['domain']),
    mayImport('telemetry', ['domain']),
    mayImport('temporal', ['domain']),
    mayImport('api', ['domain', 'config', 'telemetry', 'temporal']),
    mayImport('activities', ['domain', 'telemetry', 'temporal']),
    mayImport('workflows', ['domain', 'activities']),
    mayImport('worker', ['activities', 'config', 'telemetry', 'temporal', 'domain', 'workflows']),
    mayImport('watcher', ['domain', 'config', 'telemetry', 'activities']),
    mayImport('simulation', ['domain', 'config', 'activities', 'workflows', 'worker']),
    mayImport('cli', [
      ...['domain', 'config', 'telemetry', 'api', 'worker', 'watcher', 'simulation'],
      ...['activities/actions', 'activities/prometheus'],
    ]),
    {
      name: 'domain-is-pure',
      comment:
        'The schema library, RE2, cron and the grammar of PromQL in pure JavaScript and a hash: no Node API, no SDK.',
      severity: 'error',
      from: { path: '^domain/' },
      to: {
        dependencyTypesNot: ['local'],
        pathNot: ['^domain/', `${packages}(zod|re2js|@noble/hashes|croner|@prometheus-io/lezer-promql)/`],
      },
    },
    {
      name: 'workflows-know-activities-by-type-only',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { path: '^activities/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'workflows-are-loaded-by-path',
      comment: 'Their code runs in Temporal’s sandbox; outside it only their types mean something.',
      severity: 'error',
      from: { path: '^(worker|api|activities|cli|watcher)/' },
      to: { path: '^workflows/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'workflows-are-deterministic',
      comment: 'Node built-ins and other packages do not belong into the workflow sandbox.',
      severity: 'error',
      from: { path: '^workflows/' },
      to: {
        dependencyTypesNot: ['local', 'type-only'],
        pathNot: ['^(workflows|domain)/', `${packages}@temporalio/(workflow|common)/`],
      },
    },
    {
      name: 'one-door-to-kubernetes',
      severity: 'error',
      from: { path: ours, pathNot: '^activities/kubernetes/client(\\.ts|/)' },
      to: { path: `${packages}@kubernetes/client-node/` },
    },
    {
      name: 'cli-starts-parts-in-one-file',
      severity: 'error',
      from: { path: '^cli/', pathNot: '^cli/parts\\.ts$' },
      to: { path: '^(api|worker|watcher)/main\\.ts$' },
    },
    {
      name: 'product-imports-no-laboratory',
      comment: 'sandbox/, bench/, scripts/ and tools/ import the product, never the other way round.',
      severity: 'error',
      from: { path: ours, pathNot: '^(sandbox|bench|test|scripts)/' },
      to: { path: '^(sandbox|bench|test|scripts|tools)/' },
    },
  ],
  options: {
    doNotFollow: { path: packages },
    exclude: { path: '^(node_modules|dist|coverage|docs|deploy|\\.mendflow)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types', 'default'] },
  },
};
