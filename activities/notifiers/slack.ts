import { shortened } from '../../domain/text/plain-text.ts';
import { defineNotifier, type Receipt } from './define-notifier.ts';
import { asJson, callsForAttention, objectIn, type Words, wordsOf } from './words.ts';

// Limits: https://docs.slack.dev/reference/block-kit/blocks (header 150, section text 3000 characters, 50 blocks).
const longestHeader = 150;
const longestText = 2_900;

/** Where a bot's messages are changed, beside where they are posted. */
const updateMethod = 'chat.update';

/** Slack says so with status 200; it is worth another try. */
const passing = new Set(['ratelimited', 'rate_limited', 'internal_error', 'fatal_error', 'service_unavailable']);

/**
 * A bot (`secret` is its token, `channel` where it writes) changes its first message of a run in place and asks in its
 * thread; an incoming webhook (`url` alone) writes a message each time.
 */
export default defineNotifier({
  name: 'slack',
  summary: 'Write to a Slack channel: as a bot one message a run, changed in place; or by an incoming webhook.',
  compose({ url, secret, channel }, notification, { reference }) {
    const words = wordsOf(notification);
    const content = { text: escaped(shortened(words.title, longestText)), blocks: blocksOf(words) };
    if (secret === undefined) return asJson({}, content);
    const authorization = { authorization: `Bearer ${secret}` };
    if (reference === undefined) return asJson(authorization, { channel, ...content });
    // The reference names the channel by its id, which is all that an update takes.
    const [id = '', ts = ''] = reference.split('/');
    if (callsForAttention(notification)) {
      return asJson(authorization, { channel: id, thread_ts: ts, reply_broadcast: true, ...content });
    }
    const update = new URL(updateMethod, url).href;
    return { url: update, ...asJson(authorization, { channel: id, ts, ...content }) };
  },
  receiptOf: (answer) => {
    const said = objectIn(answer);
    // An incoming webhook says `ok`, and nothing more.
    if (said === undefined || said.ok === true) {
      const isNamed = typeof said?.channel === 'string' && typeof said.ts === 'string';
      return { kind: 'delivered', ...(isNamed && { reference: `${said.channel}/${said.ts}` }) };
    }
    const why = typeof said.error === 'string' ? shortened(said.error, 100) : 'no reason';
    return { kind: passing.has(why) ? 'unavailable' : 'rejected', why } satisfies Receipt;
  },
});

/** The three signs by which Slack's own markup begins and ends. */
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Every text is plain or preformatted, so nothing of it is read as markup, a mention or a link. */
function blocksOf({ title, message, facts, answer }: Words): object[] {
  const plain = (text: string) => ({ type: 'plain_text', text: shortened(text, longestText), emoji: false });
  const header = { type: 'header', text: { ...plain(title), text: shortened(title, longestHeader) } };
  const sections = [
    ...(title.length > longestHeader ? [title] : []),
    ...(message === undefined ? [] : [message]),
    ...facts.map(([label, text]) => `${label}: ${text}`),
  ].map((text) => ({ type: 'section', text: plain(text) }));
  const commands = {
    type: 'rich_text',
    elements: [
      { type: 'rich_text_section', elements: [{ type: 'text', text: 'Answer with:' }] },
      {
        type: 'rich_text_preformatted',
        elements: [{ type: 'text', text: shortened(answer.join('\n'), longestText) }],
      },
    ],
  };
  return [header, ...sections, ...(answer.length === 0 ? [] : [commands])];
}
