import { parseArgs } from 'node:util';

/** The whole numbers that the arguments give (`--alerts 500`), defaults for the others; a sentence when they are wrong. */
export function countsIn<Name extends string>(
  args: readonly string[],
  defaults: Record<Name, number>,
): Record<Name, number> | string {
  const options = Object.fromEntries(
    Object.entries<number>(defaults).map(([name, value]) => [
      name,
      { type: 'string', default: String(value) } as const,
    ]),
  );
  try {
    const { values } = parseArgs({ args: [...args], options });
    const counts = Object.entries(values).map(([name, text]) => [name, Number(text)] as const);
    const wrong = counts.find(([, count]) => !Number.isInteger(count) || count < 1);
    if (wrong !== undefined) return `--${wrong[0]} takes a whole number of at least 1`;
    return Object.fromEntries(counts) as Record<Name, number>;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The same of this program's command line; ends the process, with the usage, for `--help` (0) and for a mistake (2). */
export function countsOrExit<Name extends string>(usage: string, defaults: Record<Name, number>): Record<Name, number> {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    console.log(usage);
    process.exit(0);
  }
  const counts = countsIn(args, defaults);
  if (typeof counts !== 'string') return counts;
  console.error(`${counts}\n${usage}`);
  process.exit(2);
}
