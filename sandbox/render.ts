import { readFileSync, writeFileSync } from 'node:fs';

/** Writes the template to the target with every `${NAME}` filled in; returns the target. */
export function render(template: string, target: string, values: Record<string, string>): string {
  const text = readFileSync(template, 'utf8').replace(/\$\{([A-Z_]+)\}/g, (_, key: string) => values[key] ?? '');
  writeFileSync(target, text);
  return target;
}
