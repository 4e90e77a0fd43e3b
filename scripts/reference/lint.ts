import { readingFaults } from '../../config/policy-fault.ts';
import { lintRules } from '../../domain/analysis/lint/index.ts';
import { code, page, table } from './markdown.ts';

const intro = `\`mendflow lint FILES\` and \`POST /v1/policies/lint\` report these. An error means that a policy cannot be read, cannot do
what it says, or is certain to do harm: exit code 1. A warning means that it is probably not what you meant: exit code 1
only with \`--strict\`. Each finding says what to write instead. Files are judged as one set, as they would be in force.`;

const rules = lintRules.map(({ code: name, severity, summary }) => [code(name), severity, summary]);
const faults = Object.entries(readingFaults).map(([name, summary]) => [code(name), 'error', summary]);

/** docs/reference/lint.md: one row per code. */
export const lintPage = (): string =>
  page(
    'Lint',
    'domain/analysis/lint/ and config/policy-fault.ts',
    intro,
    '## Policies that cannot be read',
    'If one policy has one of these faults, a worker refuses the whole set and keeps the last good one.',
    table(['code', 'severity', 'meaning'], faults),
    '## Policies that can be read',
    table(['code', 'severity', 'meaning'], rules),
  );
