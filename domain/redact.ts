const redacted = '[redacted]';

const secretKey =
  '[\\w.-]*(?:passw(?:or)?d|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|authorization|cookie|session[_-]?id|signature|dsn)[\\w.-]*';

/** In this order: what has a shape of its own first, then values named by their key, then what merely looks random. */
const rules: readonly ((text: string) => string)[] = [
  (text) => text.replace(/-----BEGIN [A-Z ]+-----[\s\S]*?(?:-----END [A-Z ]+-----|$)/g, redacted),
  (text) => text.replace(/\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi, `$1 ${redacted}`),
  (text) => text.replace(/(\b[a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@:]{0,200}:[^\s/@]{1,200}@/gi, `$1${redacted}@`),
  (text) => text.replace(/\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g, redacted),
  (text) =>
    text.replace(
      new RegExp(`(["']?\\b${secretKey}["']?\\s*[=:]\\s*)("[^"]*"|'[^']*'|[^\\s,;&}\\])]+)`, 'gi'),
      (whole, key: string, value: string) =>
        value.startsWith('[redacted') || isScheme(value) ? whole : key + redacted,
    ),
  (text) => text.replace(/[A-Za-z0-9+/_=-]{20,}/g, (word) => (looksRandom(word) ? redacted : word)),
];

/** The text without what looks like a secret: by the key before it, by its shape, by its entropy. */
export function redact(text: string): string {
  return rules.reduce((rest, rule) => rule(rest), text);
}

function isScheme(value: string): boolean {
  return /^(?:bearer|basic)$/i.test(value);
}

/** Long hexadecimal, or letters and digits mixed with more than 4 bits a character; names and paths stay below. */
function looksRandom(word: string): boolean {
  if (/^[0-9a-f]{32,}$/i.test(word)) return true;
  if (word.includes('/') && /^[a-z/_-]+$/i.test(word)) return false;
  const classes = [/[a-z]/, /[A-Z]/, /[0-9]/].filter((kind) => kind.test(word)).length;
  return classes === 3 && entropyBits(word) > 4;
}

function entropyBits(word: string): number {
  const counts = new Map<string, number>();
  for (const letter of word) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / word.length) * Math.log2(count / word.length);
  return bits;
}
