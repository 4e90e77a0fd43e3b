import { markdownText, plainLine, shortened } from '../../domain/text/plain-text.ts';
import { trimmedEnd } from '../../domain/text/trimmed.ts';
import type { Notification } from '../contract.ts';
import { defineNotifier } from './define-notifier.ts';
import { asJson, callsForAttention, objectIn, wordsOf } from './words.ts';

// Limits: https://docs.discord.com/developers/resources/message#embed-object-embed-limits
const longestTitle = 256;
/** All texts of an embed have 6000 characters together. */
const longestValue = 400;
const longestCommands = 1_000;
const mostFields = 10;

/** Red asks, amber informs, green has ended. */
const colours: Record<Notification['kind'], number> = {
  ...{ approvalNeeded: 0xd9_8c_00, escalation: 0xc6_28_28, storm: 0xc6_28_28 },
  ...{ update: 0xd9_8c_00, closed: 0x2e_7d_32 },
};

/** A webhook's own messages can be changed, so news goes into the first one; a question is a message of its own. */
export default defineNotifier({
  name: 'discord',
  summary: 'Write to a Discord channel by a webhook: one message a run, changed in place; each question is a new one.',
  compose({ url }, notification, { reference }) {
    const { title, message, facts, answer } = wordsOf(notification);
    const fields = facts.slice(0, mostFields).map(([name, text]) => ({ name, value: inMarkdown(text) }));
    const code = shortened(answer.map(codeLine).join('\n'), longestCommands);
    const commands = answer.length === 0 ? [] : ['Answer with:', '```sh', code, '```'];
    const embed = {
      title: shortened(markdownText(title), longestTitle),
      description: [...(message === undefined ? [] : [inMarkdown(message)]), ...commands].join('\n'),
      color: colours[notification.kind],
      fields,
    };
    const content = { embeds: [embed], allowed_mentions: { parse: [] } };
    if (reference !== undefined && !callsForAttention(notification)) {
      return { method: 'PATCH', url: messageUrl(url, reference), ...asJson({}, content) };
    }
    const waiting = new URL(url);
    // Without it the answer is 204 and does not say which message it has become.
    waiting.searchParams.set('wait', 'true');
    return { url: waiting.href, ...asJson({}, content) };
  },
  receiptOf: (answer) => {
    const { id } = objectIn(answer) ?? {};
    return { kind: 'delivered', ...(typeof id === 'string' && /^\d{1,20}$/.test(id) && { reference: id }) };
  },
});

function messageUrl(url: string, id: string): string {
  const address = new URL(url);
  address.pathname = `${trimmedEnd(address.pathname, '/')}/messages/${id}`;
  return address.href;
}

const inMarkdown = (text: string) =>
  shortened(
    text
      .split('\n')
      .map((line) => markdownText(line))
      .join('\n'),
    longestValue,
  );

const codeLine = (command: string) => plainLine(command).replaceAll('`', "'");
