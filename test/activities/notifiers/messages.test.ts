import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Notification } from '../../../activities/contract.ts';
import type { Receiver } from '../../../activities/notifiers/define-notifier.ts';
import { notifiers } from '../../../activities/notifiers/index.ts';
import { aTarget, now } from '../../support/builders.ts';
import { expectGolden } from '../../support/golden.ts';

const urls: Record<string, string> = {
  discord: 'https://discord.com/api/webhooks/1/abc',
  jiraOperations: 'https://api.atlassian.com/jsm/ops/integration/v2/alerts',
  pagerduty: 'https://events.pagerduty.com/v2/enqueue',
  slack: 'https://slack.com/api/chat.postMessage',
  teams: 'https://example.logic.azure.com/workflows/1',
  webhook: 'https://oncall.example.com/mendflow',
};
const references: Record<string, string> = { discord: '1234567890123456789', slack: 'C0123456789/1772359200.000100' };

const receiverOf = (type: string): Receiver => ({
  ...{ name: 'oncall', type, url: urls[type] ?? '', secret: 'the-secret-of-the-receiver', channel: 'C0123456789' },
  ...{ fallback: false, allowPrivateNetwork: false },
});

const id = 'remediation/default/PodCrashLooping/a1b2c3d4e5f60718';
const report: Notification['report'] = {
  ...{ summary: 's', alertname: 'PodCrashLooping', fingerprint: 'a1b2c3d4e5f60718', policy: 'crash-loop' },
  target: aTarget(),
  steps: [
    {
      ...{ action: 'evictPod', summary: 'evicted pod shop/checkout-1', result: 'unhealthy', effect: 'irreversible' },
      ...{ startedAt: '2026-03-01T10:00:00Z', finishedAt: '2026-03-01T10:00:01Z' },
    },
  ],
  segments: {},
  timeline: [],
  joined: [],
};

/** As the workflow composes them, oldest first. */
const story: Notification[] = [
  {
    kind: 'approvalNeeded',
    level: 0,
    summary: 'shop/checkout CrashLoopBackOff: may rollback run?',
    answer: [`mendflow approve ${id}`, `mendflow reject ${id}`],
  },
  {
    kind: 'escalation',
    level: 1,
    reason: 'ladderExhausted' as const,
    message: 'Call the shop team.\nTheir number is in the handbook.',
    summary: 'shop/checkout CrashLoopBackOff: a person is asked',
    answer: [`mendflow acknowledge ${id}`, `mendflow retry ${id}`],
  },
  { kind: 'update', level: 1, summary: 'shop/checkout: joined by PodNotReady', answer: [`mendflow retry ${id}`] },
  { kind: 'closed', level: 1, summary: 'shop/checkout CrashLoopBackOff → healthy without us', answer: [] },
].map((one) => ({ ...one, dedupKey: `${id}/run-1`, workflowId: id, runId: 'run-1', report })) as Notification[];

/** What a person of the outside world can put into a name, a label or a log line. */
const hostile = '<!channel> @everyone *bold* [link](https://evil.example) `code` <https://evil.example|here> # head';

describe.each(notifiers.map((notifier) => [notifier.name, notifier] as const))(
  'the messages of %s',
  (name, notifier) => {
    const receiver = receiverOf(name);
    const reference = references[name];

    it('are those that a person has read, from the question to the end', () => {
      const sent = story.map((notification, index) => {
        const context = { nowMs: now, ...(index > 0 && reference !== undefined && { reference }) };
        const { body, ...message } = notifier.compose(receiver, notification, context);
        return { kind: notification.kind, ...message, body: JSON.parse(body) as unknown };
      });
      expectGolden(join(import.meta.dirname, 'golden', `${name}.json`), sent);
    });

    it('carry every command that answers them', () => {
      for (const notification of story.filter(({ kind }) => kind !== 'closed' && kind !== 'update')) {
        const { body } = notifier.compose(receiver, notification, { nowMs: now });
        for (const command of notification.answer) expect(body).toContain(command);
      }
    });
  },
);

const textOf = (name: string, given: Partial<Notification>) => {
  const notifier = notifiers.find((one) => one.name === name);
  const notification = { ...(story[1] as Notification), ...given };
  return JSON.parse(notifier?.compose(receiverOf(name), notification, { nowMs: now }).body ?? '{}');
};

describe('text from outside', () => {
  it('is no markup in Slack: blocks are plain, and the line for notifications is escaped', () => {
    const { text, blocks } = textOf('slack', { summary: hostile, message: hostile });
    expect(text).toContain('&lt;!channel&gt;');
    expect(JSON.stringify(blocks)).not.toContain('mrkdwn');
  });

  it('calls nobody in Discord, and is no markup there', () => {
    const { embeds, allowed_mentions } = textOf('discord', { summary: hostile, message: hostile });
    expect(allowed_mentions).toEqual({ parse: [] });
    expect(embeds[0].description).toContain('\\*bold\\* \\[link\\]\\(https\\://evil.example\\) \\`code\\`');
  });

  it('ends no code block in Discord', () => {
    const { embeds } = textOf('discord', { answer: ['mendflow retry ```\n# x'] });
    expect(embeds[0].description.split('```')).toHaveLength(3);
  });

  it('stands in runs of text in Teams, which know no Markdown', () => {
    const card = JSON.stringify(textOf('teams', { summary: hostile }));
    expect(card).not.toContain('"TextBlock"');
  });
});

describe('what services limit', () => {
  const long = 'ü'.repeat(5_000);
  const steps = Array.from({ length: 20 }, () => ({ ...report.steps[0], summary: long }));
  const large = { summary: long, message: long, report: { ...report, steps } } as Partial<Notification>;

  it('is kept by Discord’s embed: 256 characters of title and 6000 in all', () => {
    const [embed] = textOf('discord', large).embeds;
    const texts = [embed.title, embed.description, ...embed.fields.flatMap((f: object) => Object.values(f))];
    expect(embed.title.length).toBeLessThanOrEqual(256);
    expect(texts.join('').length).toBeLessThanOrEqual(6_000);
  });

  it('is kept by Slack’s blocks: 150 characters of header, 3000 of a section', () => {
    const { blocks } = textOf('slack', large);
    const lengths = blocks.flatMap(({ text }: { text?: { text: string } }) => text?.text.length ?? []);
    expect(lengths[0]).toBeLessThanOrEqual(150);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(3_000);
    expect(blocks.length).toBeLessThanOrEqual(50);
  });

  it('is kept by a card of Teams: 28 KB', () => {
    expect(Buffer.byteLength(JSON.stringify(textOf('teams', large)))).toBeLessThan(28_000);
  });

  it('is kept by PagerDuty: 255 characters of key, the same one for the whole run, 1024 of summary', () => {
    const dedupKey = 'k'.repeat(400);
    const first = textOf('pagerduty', { ...large, dedupKey });
    expect(first.dedup_key.length).toBeLessThanOrEqual(255);
    expect(first.payload.summary.length).toBeLessThanOrEqual(1_024);
    expect(textOf('pagerduty', { kind: 'closed', dedupKey }).dedup_key).toBe(first.dedup_key);
  });

  it('is kept by Jira: 130 characters of message, 15000 of description', () => {
    const { message, description } = textOf('jiraOperations', large);
    expect(message.length).toBeLessThanOrEqual(130);
    expect(description.length).toBeLessThanOrEqual(15_000);
  });
});
