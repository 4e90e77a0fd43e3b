import { plainText } from '../../domain/text/plain-text.ts';
import { printLines, type Terminal } from '../terminal.ts';

/** Forms in which a document of the api can be printed as it is. */
export type DocumentFormat = 'json' | 'yaml';

export const isDocumentFormat = (format: string | undefined): format is DocumentFormat =>
  format === 'json' || format === 'yaml';

/** Characters that a terminal would obey or not show, as escapes: a script reads the same text. */
export const escaped = (text: string): string =>
  text.replace(/[^\P{C}\n]|\p{Default_Ignorable_Code_Point}|[\p{Zl}\p{Zp}]/gu, (sign) =>
    [...sign.split('')].map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  );

/** Prints the document as it is, for scripts. */
export async function printDocument(terminal: Terminal, format: DocumentFormat, document: unknown): Promise<void> {
  if (format === 'json') {
    printLines(terminal, escaped(JSON.stringify(document, null, 2)));
    return;
  }
  const { Document, visit } = await import('yaml');
  const yaml = new Document(document);
  // Only a double-quoted text can hold an escape.
  visit(yaml, {
    Scalar(_, node) {
      if (typeof node.value === 'string' && plainText(node.value) !== node.value) node.type = 'QUOTE_DOUBLE';
    },
  });
  printLines(
    terminal,
    escaped(yaml.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER }).trimEnd()),
  );
}
