import { configJsonSchema } from '../../config/config.ts';
import { type ConfigField, configFields } from '../../config/fields.ts';
import { code, page, table } from './markdown.ts';

const fallbackText = ({ fallback }: ConfigField): string => {
  if (fallback === undefined || (Array.isArray(fallback) && fallback.length === 0)) return '';
  return code(Array.isArray(fallback) ? fallback.join(',') : String(fallback));
};

const variables = ({ env, isSecret }: ConfigField): string => {
  if (env === undefined) return 'file only';
  return isSecret === true ? `${code(env)}, ${code(`${env}_FILE`)}` : code(env);
};

const intro = `Defaults, then the YAML file (\`--config\` or \`MENDFLOW_CONFIG\`), then the environment: the later one wins. An empty
variable counts as not set. All faults are reported at once, and nothing starts while there is one. Durations are
written \`90s\`, \`10m\`, \`1h30m\`; sizes \`16MiB\`; lists in a variable with commas.

A secret in the file is best written as a reference, \`{ env: NAME }\` or \`{ file: /path }\`; its variable with
\`_FILE\` names a file that holds it. In Kubernetes set \`enableServiceLinks: false\`, or a Service named \`mendflow-api\`
puts a wrong \`MENDFLOW_API_PORT\` into the environment (Mendflow says so when it finds one).`;

const receivers = `## Receivers

Slack, Discord, Microsoft Teams, PagerDuty, Jira Service Management operations, and signed webhooks: [receivers](receivers.md).`;

/** docs/reference/configuration.md: one row per field. */
export const configurationPage = (): string =>
  page(
    'Configuration',
    'config/schema.ts',
    intro,
    table(
      ['field', 'variable', 'default', 'meaning'],
      configFields.map((field) => [code(field.path), variables(field), fallbackText(field), field.description]),
    ),
    receivers,
    'Editors complete the file with `# yaml-language-server: $schema=docs/reference/configuration.schema.json`.',
  );

/** docs/reference/configuration.schema.json, for editors. */
export const configurationSchema = (): string => `${JSON.stringify(configJsonSchema(), null, 2)}\n`;
