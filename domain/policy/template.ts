import { safeLine } from '../text/plain-text.ts';

/** What a message may name. */
export const templateNames = ['alertname', 'namespace', 'workload', 'pod', 'policy', 'reason', 'cluster'] as const;
export type TemplateValues = Partial<Record<(typeof templateNames)[number], string>>;

const placeholder = /\{\{([^{}]*)\}\}/g;
const longestValue = 100;

/** What is wrong with a template, each with what to write instead; none when all of it can be filled in. */
export function templateFaults(template: string): { message: string; fix: string }[] {
  const known = templateNames.map((name) => `{{${name}}}`).join(', ');
  const names = [...template.matchAll(placeholder)].map(([, name = '']) => name.trim());
  const unknown = names.filter((name) => !(templateNames as readonly string[]).includes(name));
  const loose = /\{\{|\}\}/.exec(template.replace(placeholder, ''))?.[0];
  return [
    ...unknown.map((name) => ({ message: `there is no {{${name}}} here; known are ${known}`, fix: `Use ${known}.` })),
    ...(loose === undefined
      ? []
      : [{ message: `${loose} has no partner`, fix: `Write a placeholder as one of ${known}.` }]),
  ];
}

/**
 * The template with its placeholders filled in, once and as plain text: a value is never read as a template, is cut at
 * 100 characters, and has no line breaks and no secrets; one that is not known is left empty.
 */
export function fillTemplate(template: string, values: TemplateValues): string {
  const known = new Map<string, string | undefined>(Object.entries(values));
  return template.replace(placeholder, (_, name: string) => safeLine(known.get(name.trim()) ?? '', longestValue));
}
