import type { z } from 'zod';

/** A list in which no text stands twice; the fault is that of the second one. */
export function uniqueItems<List extends z.ZodArray<z.ZodType<string>>>(list: List): List {
  return list.superRefine((items, context) => {
    for (const [index, item] of (items as string[]).entries()) {
      if ((items as string[]).indexOf(item) === index) continue;
      context.addIssue({ code: 'custom', path: [index], message: `${item} is there twice; leave one out` });
    }
  }) as List;
}
