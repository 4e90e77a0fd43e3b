import { redact } from './redact/index.ts';

/**
 * Text from outside, made fit to be shown: alert names, labels, log lines, events, notes of people. Whatever is shown,
 * sent or kept as evidence goes through here; what is matched or identified by stays as it came.
 */

/** A terminal's control sequence, such as a colour; the three classes share no character, so this is linear. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be found.
const controlSequence = /(?:\u001b\[|\u009b)[0-?]{0,32}[ -/]{0,8}[@-~]/g;

/** Controls, bidirectional marks, zero-width signs, variation selectors and tags: what is there and cannot be seen. */
const invisible = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu;
const lineBreak = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/g;

/** The text without what cannot be seen, its lines kept; colours and other control sequences go as a whole. */
export function plainText(text: string): string {
  return text
    .toWellFormed()
    .replace(controlSequence, '')
    .replace(lineBreak, '\n')
    .replace(invisible, (sign) => (sign === '\n' ? sign : sign === '\t' ? ' ' : ''));
}

/** The same on one line: every line break and tab becomes a space. */
export function plainLine(text: string): string {
  return plainText(text).replaceAll('\n', ' ');
}

/** The text without secrets and without what cannot be seen; at most `limit` characters, the rest is marked as cut. */
export function safeText(text: string, limit = Number.POSITIVE_INFINITY): string {
  // Plain first: a colour in the middle of a key would hide the key.
  return shortened(redact(plainText(text)), limit);
}

/** The same on one line. */
export function safeLine(text: string, limit = Number.POSITIVE_INFINITY): string {
  return shortened(redact(plainText(text)).replaceAll('\n', ' '), limit);
}

/** At most `limit` characters; no character is cut in half. */
export function shortened(text: string, limit: number): string {
  return text.length <= limit
    ? text
    : `${text
        .slice(0, Math.max(0, limit - 1))
        .toWellFormed()
        .replace(/\ufffd$/, '')}…`;
}

/** Signs that mean something in Markdown; a colon does where it could make a link. */
const markdownSign = /[\\`*_{}[\]()<>|&~^$#!]|:(?![ \d]|$)/g;

/** Longer texts are cut where they are shown in Markdown, which is a summary. */
const longestMarkdown = 500;

/** The text as words in Markdown: one line, without secrets, and no heading, code, image, link or table cell of its own. */
export function markdownText(text: string, limit = longestMarkdown): string {
  return safeLine(text, limit).replace(markdownSign, '\\$&');
}

/** Temporal refuses a summary of more than 400 bytes; a character takes three at most, a sign with its escape two. */
const longestSummary = 120;

/** The text as a summary in Temporal's Web UI: Markdown on one line that Temporal never refuses for its size. */
export const summaryText = (text: string): string => markdownText(text, longestSummary);

/** The text as inline code in Markdown. Backticks become quotes and bars are broken, which would end code and cells. */
export function markdownCode(text: string): string {
  const code = safeLine(text, longestMarkdown).replaceAll('`', "'").replaceAll('|', '¦');
  return `\`${code.trim() === '' ? '-' : code}\``;
}

/** What needs no quotes in a shell. */
const plainWord = /^[\w./:@%+=-]+$/;

/** The text as one word of a command for a shell of the Bourne family, in single quotes where it needs them. */
export const shellWord = (text: string): string => (plainWord.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** Fields that name something: they are compared, called or copied, so they stay as they are but for what cannot be seen. */
const names = new Set([
  ...['id', 'runId', 'workflowId', 'fingerprint', 'uid', 'digest', 'dedupKey', 'cursor', 'nextCursor', 'webUi'],
  ...['mergedInto', 'joined', 'answer', 'run', 'requestId', 'ticket'],
]);

/** Fields that have lines of their own; every other text of a document is one line. */
const texts = new Set(['logs', 'message', 'stack', 'words']);

type Form = 'name' | 'text' | 'line';

/** A document as it may be shown or sent: every text in it safe, its names only plain. The document itself is not changed. */
export function safeDocument<Document>(document: Document): Document {
  return safeValue(document, 'line') as Document;
}

const forms: Record<Form, (text: string) => string> = { name: plainLine, text: safeText, line: safeLine };

function formOf(key: string, around: Form): Form {
  if (around === 'name' || names.has(key)) return 'name';
  return texts.has(key) ? 'text' : around;
}

function safeValue(value: unknown, form: Form): unknown {
  if (typeof value === 'string') return forms[form](value);
  if (Array.isArray(value)) return value.map((member) => safeValue(member, form));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [plainLine(key), safeValue(member, formOf(key, form))]),
  );
}
