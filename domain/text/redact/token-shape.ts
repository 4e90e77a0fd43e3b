import { isDigit, isLower, isUpper } from './work.ts';

/** Tokens that services mark with a prefix, by the least number of characters that follow it. */
const marks: readonly { rest: number; prefixes: readonly string[]; isMixed?: true }[] = [
  // GitHub, npm, PyPI, Docker, RubyGems
  { rest: 20, prefixes: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'] },
  { rest: 20, prefixes: ['npm_', 'pypi-', 'dckr_pat_', 'dckr_oat_', 'rubygems_'] },
  // GitLab
  { rest: 14, prefixes: ['glpat-', 'gldt-', 'glrt-', 'glcbt-', 'glptt-', 'glft-', 'glsoat-', 'glagent-', 'gloas-'] },
  // Slack, Stripe
  { rest: 10, prefixes: ['xoxb-', 'xoxp-', 'xoxa-', 'xoxr-', 'xoxs-', 'xoxe-', 'xoxe.', 'xapp-'] },
  { rest: 10, prefixes: ['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_', 'whsec_'] },
  // Vault, 1Password, Doppler, Tailscale, age
  { rest: 16, prefixes: ['hvs.', 'hvb.', 'hvr.', 'ops_', 'dp.pt.', 'dp.st.', 'tskey-', 'AGE-SECRET-KEY-'] },
  // Google, DigitalOcean, Alibaba
  { rest: 16, prefixes: ['AIza', 'ya29.', 'GOCSPX-', 'dop_v1_', 'doo_v1_', 'dor_v1_', 'LTAI'] },
  // SendGrid, Shopify, Square, Linear, New Relic, Grafana, Figma, Notion, Supabase, Atlassian, Brevo
  { rest: 16, prefixes: ['SG.', 'shpat_', 'shpss_', 'shppa_', 'shpca_', 'sq0atp-', 'sq0csp-', 'lin_api_', 'NRAK-'] },
  { rest: 16, prefixes: ['glsa_', 'glc_', 'figd_', 'ntn_', 'sbp_', 'PMAK-', 'ATATT3', 'ATBB', 'xkeysib-'] },
  // OpenAI and others, Hugging Face, Pulumi: names begin so too, but have no capital letters.
  { rest: 16, prefixes: ['sk-', 'hf_', 'pul-'], isMixed: true },
];

const byFirstLetter = Map.groupBy(
  marks.flatMap(({ prefixes, ...rest }) => prefixes.map((prefix) => ({ prefix, ...rest }))),
  ({ prefix }) => prefix[0] ?? '',
);

const awsPrefixes = ['AKIA', 'ASIA', 'ABIA', 'ACCA', 'AROA', 'AIDA'];

/** True for a word that a service marks as its token: GitHub, Slack, Stripe, Vault, npm, cloud keys, a JWT. */
export function isMarkedToken(word: string): boolean {
  if (word.startsWith('eyJ') && word.length >= 20) return word.includes('.');
  if (word.length === 20 && awsPrefixes.some((prefix) => word.startsWith(prefix))) return isUpperAlphanumeric(word);
  const known = byFirstLetter.get(word[0] ?? '') ?? [];
  const found = known.find(({ prefix, rest }) => word.length >= prefix.length + rest && word.startsWith(prefix));
  if (found === undefined) return false;
  const rest = [...word.slice(found.prefix.length)];
  const isMixed = rest.some(isLower) && rest.some(isUpper);
  // Words of letters only are a name: `npm_config_registry_mirror`.
  return isMixed || (found.isMixed === undefined && rest.some(isDigit));
}

const isUpperAlphanumeric = (word: string) => [...word].every((letter) => isUpper(letter) || isDigit(letter));

/** What a word is made of; entropy is in bits a character. */
interface Texture {
  classes: number;
  isHex: boolean;
  /** How often the class changes from one character to the next, as a share; a capital that begins a word counts once. */
  changes: number;
  entropy: number;
  hasGaps: boolean;
}

type CharacterClass = 'lower' | 'upper' | 'digit' | 'other';

function classOf(character: string): CharacterClass {
  if (isLower(character)) return 'lower';
  if (isUpper(character)) return 'upper';
  return isDigit(character) ? 'digit' : 'other';
}

const isHexDigit = (character: string) =>
  isDigit(character) || (character >= 'a' && character <= 'f') || (character >= 'A' && character <= 'F');

function textureOf(word: string): Texture {
  const counts = new Map<string, number>();
  const classes = new Set<CharacterClass>();
  let changes = 0;
  let isHex = true;
  let before: CharacterClass | undefined;
  for (const character of word) {
    counts.set(character, (counts.get(character) ?? 0) + 1);
    const kind = classOf(character);
    // A capital letter and small ones behind it are how names are written.
    if (before !== undefined && kind !== before && !(before === 'upper' && kind === 'lower')) changes += 1;
    before = kind;
    classes.add(kind);
    isHex &&= isHexDigit(character);
  }
  let entropy = 0;
  for (const count of counts.values()) entropy -= (count / word.length) * Math.log2(count / word.length);
  const named = (['lower', 'upper', 'digit'] as const).filter((kind) => classes.has(kind)).length;
  return { classes: named, isHex, changes: changes / word.length, entropy, hasGaps: classes.has('other') };
}

/**
 * True for 20 characters and more with letters of both cases and digits that alternate as in base64, or for 40 and more
 * letters and digits in one piece. Names, paths, CamelCase and hexadecimal digits stay below.
 */
export function looksRandom(word: string): boolean {
  const { classes, isHex, changes, entropy, hasGaps } = textureOf(word);
  if (isHex) return false;
  if (classes === 3 && entropy > 3.5 && changes >= 0.28) return !hasGaps || !readsAsPath(word);
  const isOnePiece = word.length >= 40 && !hasGaps && classes === 2;
  return isOnePiece && entropy > 4 && changes >= 0.2;
}

/** `remediation/prod/PodCrashLooping/a1b2c3d4`: most of it is parts of one case, or CamelCase. */
function readsAsPath(word: string): boolean {
  let readable = 0;
  for (const part of partsOf(word)) {
    const hasBothCases = [...part].some(isLower) && [...part].some(isUpper);
    if (!hasBothCases || textureOf(part).changes < 0.2) readable += part.length;
  }
  return readable > word.length / 2;
}

function partsOf(word: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (const character of word) {
    if (classOf(character) !== 'other') part += character;
    else if (part !== '') {
      parts.push(part);
      part = '';
    }
  }
  return part === '' ? parts : [...parts, part];
}
