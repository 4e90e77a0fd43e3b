// `npm run generate [-- --check]`: writes the generated files; with --check it writes nothing and fails on a difference.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { testFileJsonSchema } from '../simulation/policy-test/format/file.ts';
import { policyCrd } from './crd/policy-crd.ts';
import { rbacFiles } from './rbac/roles.ts';
import { actionsPage, policyJsonSchema } from './reference/actions.ts';
import { cliPage } from './reference/cli.ts';
import { configurationPage, configurationSchema } from './reference/configuration.ts';
import { cookbookPage } from './reference/cookbook.ts';
import { errorsPage } from './reference/errors.ts';
import { faultsPage } from './reference/faults.ts';
import { guardsPage } from './reference/guards.ts';
import { lintPage } from './reference/lint.ts';
import { metricsPage } from './reference/metrics.ts';
import { policyPage } from './reference/policy.ts';
import { reasonsPage } from './reference/reasons.ts';
import { receiversPage } from './reference/receivers.ts';
import { root } from './step.ts';

/** Every generated file and what it must hold. */
export const generatedFiles: Readonly<Record<string, () => string>> = {
  'docs/reference/errors.md': errorsPage,
  'docs/reference/reasons.md': reasonsPage,
  'docs/reference/guards.md': guardsPage,
  'docs/reference/faults.md': faultsPage,
  'docs/policy-cookbook.md': cookbookPage,
  'docs/reference/configuration.md': configurationPage,
  'docs/reference/configuration.schema.json': configurationSchema,
  'docs/reference/receivers.md': receiversPage,
  'docs/reference/metrics.md': metricsPage,
  'docs/reference/actions.md': actionsPage,
  'docs/reference/lint.md': lintPage,
  'docs/reference/cli.md': cliPage,
  'docs/reference/policy.md': policyPage,
  'docs/reference/policy.schema.json': policyJsonSchema,
  'docs/reference/policy-test.schema.json': () => `${JSON.stringify(testFileJsonSchema(), null, 2)}\n`,
  'deploy/crd/remediationpolicies.yaml': policyCrd,
  ...rbacFiles,
};

/** Files that do not hold what they must, by path. */
export function staleFiles(): string[] {
  return Object.entries(generatedFiles)
    .filter(([path, render]) => !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== render())
    .map(([path]) => path);
}

if (import.meta.main) {
  const stale = staleFiles();
  if (process.argv.includes('--check')) {
    for (const path of stale) console.error(`${path} is not current; run: npm run generate`);
    process.exitCode = stale.length > 0 ? 1 : 0;
  } else {
    for (const path of stale) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), generatedFiles[path]?.() ?? '');
      console.log(`wrote ${path}`);
    }
    if (stale.length === 0) console.log('every generated file is current');
  }
}
