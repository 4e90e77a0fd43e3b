import { shortened } from '../../domain/text/plain-text.ts';
import { defineNotifier } from './define-notifier.ts';
import { asJson, wordsOf } from './words.ts';

/** A card of more than 28 KB is refused: https://learn.microsoft.com/microsoftteams/limits-specifications-teams */
const longestText = 700;

/** A message that a workflow has posted cannot be changed by its URL, so each notification is a card of its own. */
export default defineNotifier({
  name: 'teams',
  summary:
    'Post a card to a Microsoft Teams channel or chat by the URL of a workflow (“When a webhook request is received”).',
  compose(_receiver, notification) {
    const { title, message, facts, answer } = wordsOf(notification);
    const body = [
      { ...plain(title), separator: true },
      ...(message === undefined ? [] : [plain(message)]),
      ...facts.flatMap(([label, text]) => lines(text, label)),
      ...(answer.length === 0 ? [] : [plain('Answer with:'), ...answer.map(command)]),
    ];
    const content = {
      $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
      ...{ type: 'AdaptiveCard', version: '1.4', msteams: { width: 'Full' } },
      body,
    };
    const card = { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content };
    return asJson({}, { type: 'message', attachments: [card] });
  },
});

/** Runs of text are shown as they are; a block of text would read them as Markdown. */
function plain(text: string, label?: string): object {
  const inlines = [
    ...(label === undefined ? [] : [{ type: 'TextRun', text: `${label}: `, weight: 'Bolder' }]),
    { type: 'TextRun', text: shortened(text, longestText) },
  ];
  return { type: 'RichTextBlock', inlines };
}

/** A run of text has no line breaks. */
function lines(text: string, label: string): object[] {
  const [first = '', ...others] = shortened(text, longestText).split('\n');
  return [plain(first, label), ...others.map((line) => plain(line))];
}

const command = (text: string) => ({
  type: 'RichTextBlock',
  inlines: [{ type: 'TextRun', text: shortened(text, longestText), fontType: 'Monospace' }],
});
