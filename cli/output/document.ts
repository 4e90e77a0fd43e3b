import type { Terminal } from '../terminal.ts';

/** Forms in which a document of the api can be printed as it is. */
export type DocumentFormat = 'json' | 'yaml';

export const isDocumentFormat = (format: string | undefined): format is DocumentFormat =>
  format === 'json' || format === 'yaml';

/** Prints the document as it is, for scripts. */
export async function printDocument(terminal: Terminal, format: DocumentFormat, document: unknown): Promise<void> {
  if (format === 'json') {
    terminal.print(JSON.stringify(document, null, 2));
    return;
  }
  const { stringify } = await import('yaml');
  terminal.print(stringify(document).trimEnd());
}
