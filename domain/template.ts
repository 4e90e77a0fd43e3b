/** What a message may name. */
export const templateNames = ['alertname', 'namespace', 'workload', 'pod', 'policy', 'reason', 'cluster'] as const;
export type TemplateValues = Partial<Record<(typeof templateNames)[number], string>>;

const placeholder = /\{\{\s*([^{}]*?)\s*\}\}/g;
const longestValue = 100;

/** The placeholders of a template that stand for nothing. */
export function unknownPlaceholders(template: string): string[] {
  const names = [...template.matchAll(placeholder)].map(([, name]) => name ?? '');
  return names.filter((name) => !(templateNames as readonly string[]).includes(name));
}

/**
 * The template with its placeholders filled in, once and as plain text: a value is never read as a template, is cut at
 * 100 characters, and has no line breaks; one that is not known is left empty.
 */
export function fillTemplate(template: string, values: TemplateValues): string {
  const known = new Map<string, string | undefined>(Object.entries(values));
  return template.replace(placeholder, (_, name: string) =>
    (known.get(name) ?? '').replace(/\p{Cc}/gu, ' ').slice(0, longestValue),
  );
}
