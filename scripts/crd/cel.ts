const reserved = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

/** A field of an object in CEL: words that CEL keeps for itself, and signs that it does not take, are escaped. */
export function field(object: string, name: string): string {
  const signs = name.replaceAll('__', '__underscores__').replaceAll('.', '__dot__').replaceAll('-', '__dash__');
  return `${object}.${reserved.has(name) ? `__${name}__` : signs.replaceAll('/', '__slash__')}`;
}

/** A text literal. */
export const text = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** True when exactly one of the object's fields is there. */
export const exactlyOne = (names: readonly string[]): string =>
  `[${names.map((name) => `has(${field('self', name)})`).join(', ')}].exists_one(is, is)`;

/** What comes before a unit is at most this long, so that no sum overflows. */
const amount = '[0-9]{1,9}';

/** True when `self` is no duration at all (another rule says so), or one within the bounds, which are milliseconds. */
export function durationWithin({ minMs, maxMs }: { minMs: number; maxMs: number }): string {
  const units = "t.endsWith('ms') ? 1 : t.endsWith('s') ? 1000 : t.endsWith('m') ? 60000 : t.endsWith('h') ? 3600000";
  const ms = `int(t.find('^[0-9]+')) * (${units} : 86400000)`;
  const bounds = [`sum >= ${minMs}`, ...(Number.isFinite(maxMs) ? [`sum <= ${maxMs}`] : [])].join(' && ');
  // A list of one gives the sum a name.
  const sum = `[self.findAll('${amount}(ms|[dhms])').map(t, ${ms}).sum()].all(sum, ${bounds})`;
  return `!self.matches('^(${amount}(ms|[dhms]))+$') || ${sum}`;
}
