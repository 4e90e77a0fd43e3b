import { z } from 'zod';
import { trimmedEnd } from '../domain/text/trimmed.ts';

/** What a field of the configuration is beside its type: where else it may come from, and whether it may be shown. */
export interface FieldMeta {
  /** Environment variable; wins over the file. Secrets also take `<env>_FILE`. */
  env?: string;
  isSecret?: boolean;
  /** Raw value of the field from the text of an environment variable; text that does not fit is left for the schema. */
  fromText?: (text: string) => unknown;
}

/** The fields' metadata; the schema itself carries type, default and description. */
export const fieldRegistry = z.registry<FieldMeta>();

/** Gives a schema its description and metadata; the last thing done to it, since wrappers lose both. */
export function field<T extends z.ZodType>(schema: T, description: string, meta: FieldMeta = {}): T {
  const described = schema.describe(description);
  fieldRegistry.add(described as z.ZodType, meta);
  return described;
}

const digits = /^\d+$/;

/** Text of an environment variable as a whole number; anything else stays text, for the schema to refuse. */
export const wholeNumber = (text: string): unknown => (digits.test(text) ? Number(text) : text);

/** `true` and `false` as booleans; anything else stays text, for the schema to refuse. */
export const flag = (text: string): unknown => (text === 'true' ? true : text === 'false' ? false : text);

/** Items separated by commas or line ends; blanks are dropped. */
export const items = (text: string): string[] =>
  text
    .split(/[,\n]/)
    .map((item) => item.trim())
    .filter((item) => item !== '');

const byteUnits = { B: 1, KiB: 1_024, MiB: 1_048_576 } as const;

/** A size in bytes: a number, or text such as `512KiB` or `16MiB`. */
export const bytes = () =>
  z
    .union([z.int().positive(), z.string().regex(/^\d+(B|KiB|MiB)$/, 'must be a size such as 512KiB or 16MiB')])
    .transform((size) => {
      if (typeof size === 'number') return size;
      const [, amount, unit] = /^(\d+)(B|KiB|MiB)$/.exec(size) ?? [];
      return Number(amount) * byteUnits[unit as keyof typeof byteUnits];
    });

/** A port to listen on; 0 lets the system choose. */
export const port = () => z.int().min(0).max(65_535);

/** An absolute http or https URL, as it is written. */
export const anyHttpUrl = () => z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });

/** An absolute http or https URL without a trailing slash. */
export const httpUrl = () => anyHttpUrl().transform((url) => trimmedEnd(url, '/'));
