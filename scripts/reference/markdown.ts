/** Between backticks every sign but | stands for itself. */
const escapeCell = (text: string): string =>
  text
    .replaceAll('|', '\\|')
    .replaceAll('\n', ' ')
    .split('`')
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll('<', '&lt;')))
    .join('`');

/** A Markdown table; cells are escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(' | ')} |`;
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

/** Text as inline code; empty text stays empty. */
export const code = (text: string): string => (text === '' ? '' : `\`${text}\``);

/** An object as JSON Schema describes it. */
export interface FieldsSchema {
  properties?: Record<string, { description?: string; default?: unknown; const?: unknown }>;
  required?: string[];
}

/** The rows of the fields: name, default (or whether it is required), meaning. */
export const fieldRows = ({ properties = {}, required = [] }: FieldsSchema): string[][] =>
  Object.entries(properties).map(([name, { description = '', default: fallback }]) => {
    const unsaid = required.includes(name) ? 'required' : 'optional';
    return [code(name), fallback === undefined ? unsaid : code(JSON.stringify(fallback)), description];
  });

/** A page of the reference, with the note that it is generated and from what. */
export function page(title: string, source: string, ...parts: readonly string[]): string {
  const note = `<!-- Generated from ${source} by \`npm run generate\`; do not edit. -->`;
  return `${[note, `# ${title}`, ...parts].join('\n\n')}\n`;
}
