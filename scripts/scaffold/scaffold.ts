import type { Names } from './names.ts';

/** Text of a file, from the checkout’s root. */
export interface NewFile {
  path: string;
  text: string;
}

/** One kind of part that `npm run new` can begin. */
export interface Scaffold {
  /** As it is asked for: `action`. */
  kind: string;
  /** One line for the usage. */
  summary: string;
  /** The source first, then what proves it. */
  files(names: Names): readonly NewFile[];
  /** The list that it joins, and what becomes of its source. */
  registry: { path: string; withOne(source: string, names: Names): string };
  /** What to do next, one line each. */
  next(names: Names): readonly string[];
}
