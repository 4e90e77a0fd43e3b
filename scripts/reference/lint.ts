import { readingFaults } from '../../config/policy-fault.ts';
import { lintRules } from '../../domain/analysis/lint/index.ts';
import { code, page, table } from './markdown.ts';

const intro = `\`mendflow lint FILES\` and \`POST /v1/policies/lint\` report these. An error means that a policy cannot be read, cannot do
what it says, or certainly harms: exit code 1. A warning means that it is most likely not what was meant: exit code 1
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
    'A worker refuses a set with one of these whole and keeps the last good one.',
    table(['code', 'severity', 'meaning'], faults),
    '## Policies that can be read',
    table(['code', 'severity', 'meaning'], rules),
  );
