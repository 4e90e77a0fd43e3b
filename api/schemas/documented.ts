import type { z } from 'zod';

/** The schema with a type of the workflow: it checks what the documentation promises, and lets every other field through. */
export const documented = <T>(schema: z.ZodType): z.ZodType<T> => schema as z.ZodType<T>;
