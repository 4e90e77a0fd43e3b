import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { items } from './field.ts';

/** Where secrets are read from; injected so that tests need neither files nor a process environment. */
export interface SecretSources {
  env: Record<string, string | undefined>;
  readFile: (path: string) => string;
}

/** Reads a file as text; the default of SecretSources. */
export const readTextFile = (path: string): string => readFileSync(path, 'utf8');

const reference = z.union([
  z.strictObject({ env: z.string().min(1).describe('Environment variable that holds the secret.') }),
  z.strictObject({ file: z.string().min(1).describe('File that holds the secret; a final line end is dropped.') }),
]);
type SecretReference = z.output<typeof reference>;

function fetchSecret(
  from: SecretReference,
  sources: SecretSources,
): { kind: 'text'; text: string } | { kind: 'missing'; fault: string } {
  if ('env' in from) {
    const text = sources.env[from.env];
    return text === undefined || text === ''
      ? missing(`the environment variable ${from.env} is not set`)
      : { kind: 'text', text };
  }
  try {
    const text = sources.readFile(from.file).trim();
    return text === '' ? missing(`the file ${from.file} is empty`) : { kind: 'text', text };
  } catch (cause) {
    return missing(`the file ${from.file} cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
}

const missing = (fault: string) => ({ kind: 'missing' as const, fault });

/** A secret: its text, or where to read it (`{ env }` or `{ file }`). Parses to the text; says what is missing. */
export function secret(sources: SecretSources) {
  return z.union([z.string().min(1), reference]).transform((given, context): string => {
    if (typeof given === 'string') return given;
    const found = fetchSecret(given, sources);
    if (found.kind === 'text') return found.text;
    context.issues.push({ code: 'custom', input: undefined, message: found.fault, params: { isMissingSecret: true } });
    return z.NEVER;
  });
}

/** A list of secrets: a list of texts, one text with commas, or where to read such a text. Parses to the list. */
export function secretList(sources: SecretSources) {
  return z
    .union([z.array(z.string().min(1)), secret(sources)])
    .transform((given): string[] => (typeof given === 'string' ? items(given) : given));
}
