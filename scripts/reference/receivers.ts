import { notifiers } from '../../activities/notifiers/index.ts';
import { configJsonSchema } from '../../config/config.ts';
import { type FieldsSchema, fieldRows, page, table } from './markdown.ts';

const kinds = (): FieldsSchema[] => {
  const { properties } = configJsonSchema() as { properties: Record<string, unknown> };
  return (properties.receivers as { items: { oneOf: FieldsSchema[] } }).items.oneOf;
};

/** Fields that every kind has; they stand once, before the kinds. */
const shared = ['name', 'type', 'fallback', 'allowPrivateNetwork'];

const head = ['field', 'default', 'meaning'];

/** The table of those fields that every kind has, or of those that this one adds. */
function fieldsOf({ properties = {}, ...kind }: FieldsSchema, which: 'shared' | 'own'): string {
  const listed = Object.entries(properties).filter(([name]) => shared.includes(name) === (which === 'shared'));
  return table(head, fieldRows({ ...kind, properties: Object.fromEntries(listed) }));
}

const examples: Record<string, string> = {
  discord: `- name: shop-chat
  type: discord
  url: { env: DISCORD_WEBHOOK_URL }`,
  jiraOperations: `- name: oncall
  type: jiraOperations
  secret: { file: /run/secrets/jira-key }
  # Opsgenie: url: https://api.opsgenie.com/v2/alerts`,
  pagerduty: `- name: oncall
  type: pagerduty
  secret: { env: PAGERDUTY_INTEGRATION_KEY }
  fallback: true`,
  slack: `- name: shop-chat
  type: slack                            # as a bot
  secret: { env: SLACK_BOT_TOKEN }
  channel: C0123456789
- name: other-chat
  type: slack                            # by an incoming webhook
  url: { env: SLACK_WEBHOOK_URL }`,
  teams: `- name: shop-chat
  type: teams
  url: { file: /run/secrets/teams-url }`,
  webhook: `- name: own-service
  type: webhook
  url: https://oncall.example.com/mendflow
  secret: { env: ONCALL_SECRET }         # signs each message
  allowPrivateNetwork: false             # true for a private or loopback address`,
};

const intro = `A receiver is a place to which Mendflow sends messages, declared under \`receivers\` in the configuration file
([configuration](configuration.md)). A policy names receivers in \`escalation\` and \`approval\`. Each message says what happened,
why, what was done so far, and the commands that answer it.

If a receiver does not answer, the message is tried again for a day, also after its run has ended; \`Retry-After\`, in
seconds and up to a day, is obeyed. After half an hour the head of the run says so, until the receiver was told.
A message that the receiver refuses is written to the log, counted in \`mendflow_notifications_total\` and shown at the head of its
run. A receiver never delays a run. Messages are at most 64 KiB; what was left out is named in them. Redirects are not followed,
and private addresses are refused unless \`allowPrivateNetwork\` is set.`;

/** docs/reference/receivers.md: every kind of receiver with its fields. */
export const receiversPage = (): string => {
  const all = kinds();
  const [first] = all;
  return page(
    'Receivers',
    'config/schema.ts and activities/notifiers/',
    intro,
    '## Fields of all kinds',
    fieldsOf(first ?? {}, 'shared'),
    ...notifiers.flatMap(({ name, summary }) => {
      const kind = all.find(({ properties }) => properties?.type?.const === name);
      // A notifier that is being added has no fields in the schema yet; a test fails until it has.
      if (kind === undefined) return [`## ${name}`, summary];
      return [
        `## ${name}`,
        summary,
        fieldsOf(kind, 'own'),
        `\`\`\`yaml\nreceivers:\n${(examples[name] ?? '').replaceAll(/^/gm, '  ')}\n\`\`\``,
      ];
    }),
  );
};
