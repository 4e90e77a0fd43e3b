import type { Names } from './names.ts';
import { withEntry } from './registry.ts';
import type { Scaffold } from './scaffold.ts';

const source = ({ camel, words }: Names) => `import { defineNotifier } from './define-notifier.ts';

/** Begun as a plain JSON message: say in one sentence what the receiver gets. */
export default defineNotifier({
  name: '${camel}',
  summary: 'Say in one sentence how a notification looks to ${words}.',
  compose(_receiver, { dedupKey, kind, level, summary, answer }) {
    return {
      headers: { 'content-type': 'application/json', 'idempotency-key': \`\${dedupKey}/\${kind}/\${level}\` },
      body: JSON.stringify({ text: [summary, ...answer].join('\\n') }),
    };
  },
});
`;

const test = ({ camel, kebab }: Names) => `import { describe, expect, it } from '@jest/globals';
import type { Notification } from '../../../activities/contract.ts';
import ${camel} from '../../../activities/notifiers/${kebab}.ts';

const receiver = {
  ...{ name: 'chat', type: '${camel}', url: 'https://chat.example/hook', secret: 'a-secret-that-signs' },
  ...{ fallback: false, allowPrivateNetwork: false },
};
const notification: Notification = {
  ...{ kind: 'escalation', dedupKey: 'run-1', workflowId: 'remediation/x', runId: 'run-1', level: 1 },
  ...{ summary: 'shop/checkout-1 crashes: a person is asked', answer: ['mendflow acknowledge x'] },
};

describe('${camel}', () => {
  it('says what happened and how to answer, and never its secret', () => {
    const { headers, body } = ${camel}.compose(receiver, notification, { nowMs: 0 });
    expect(JSON.parse(body)).toEqual({ text: \`\${notification.summary}\\nmendflow acknowledge x\` });
    expect(headers['idempotency-key']).toBe('run-1/escalation/1');
    expect(body + JSON.stringify(headers)).not.toContain(receiver.secret);
  });
});
`;

/** A notifier: its file and a unit test; the contract suite of notifiers runs over the registry. */
export const notifier: Scaffold = {
  kind: 'notifier',
  summary: 'a kind of receiver that people are told by',
  files: (names) => [
    { path: `activities/notifiers/${names.kebab}.ts`, text: source(names) },
    { path: `test/activities/notifiers/${names.kebab}.test.ts`, text: test(names) },
  ],
  registry: {
    path: 'activities/notifiers/index.ts',
    withOne: (index, { camel, kebab }) =>
      withEntry(index, 'notifiers', { imported: camel, from: `./${kebab}.ts`, name: camel, place: 'sorted' }),
  },
  next: ({ kebab }) => [
    `fill in activities/notifiers/${kebab}.ts: how the message looks; escape what its markup would read`,
    'add its fields to the kinds of receivers in config/schema.ts, and an example to scripts/reference/receivers.ts',
    'npm run generate',
    `npm test -- unit --testPathPatterns ${kebab}`,
    'npm test -- contract --testPathPatterns notifiers',
  ],
};
