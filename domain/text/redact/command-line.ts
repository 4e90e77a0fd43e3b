/** Flags of well-known clients that take a secret: `alone`, or as `user:secret`. */
interface SecretFlags {
  alone: readonly string[];
  /** Flags whose value is glued to them, as in `mysql -psecret`. */
  glued?: readonly string[];
  pair?: readonly string[];
  /** Short flags that take no value and may stand in one word before another one, as in `curl -su user:secret`. */
  switches?: string;
}

const database: SecretFlags = { alone: ['-p'], glued: ['-p'] };
const mongo: SecretFlags = { alone: ['-p'] };
const curl: SecretFlags = {
  alone: ['--oauth2-bearer'],
  pair: ['-u', '--user', '-U', '--proxy-user'],
  switches: '#012346BGIJLMNORSZafgijklnpqsv',
};
const httpie: SecretFlags = { alone: ['-a', '--auth'] };
const microsoft: SecretFlags = { alone: ['-P'] };
const ldap: SecretFlags = { alone: ['-w'], glued: ['-w'] };

const flagsOf = new Map<string, SecretFlags>([
  ...['mysql', 'mysqldump', 'mysqladmin', 'mariadb', 'mariadb-dump', 'sshpass'].map(
    (name) => [name, database] as const,
  ),
  ...['mongo', 'mongosh', 'mongodump', 'mongorestore', 'login'].map((name) => [name, mongo] as const),
  ['curl', curl],
  ...['http', 'https', 'xh', 'xhs', 'httpie'].map((name) => [name, httpie] as const),
  ...['sqlcmd', 'bcp'].map((name) => [name, microsoft] as const),
  ...['ldapsearch', 'ldapmodify', 'ldapadd', 'ldapwhoami'].map((name) => [name, ldap] as const),
  ['redis-cli', { alone: ['-a', '--pass'] }],
  ['rabbitmqadmin', { alone: ['-p'] }],
  ['wget', { alone: ['--password', '--http-password', '--ftp-password'] }],
]);

/** What a word means in the command line that stands before it. */
export type FlagMeaning = 'value' | 'pair' | { glued: number; isPair?: true } | undefined;

/** The first flag of the word that takes a value: what is left of the word is the value, else it is the next word. */
function inOneWord(word: string, pair: readonly string[], switches: string): FlagMeaning {
  let index = 1;
  while (index < word.length && switches.includes(word.charAt(index))) index += 1;
  if (!pair.includes(`-${word.charAt(index)}`)) return undefined;
  return index + 1 === word.length ? 'pair' : { glued: index + 1, isPair: true };
}

/** Follows a line word by word, and knows which flags of the command that was named last take a secret. */
export class CommandLine {
  #flags: SecretFlags | undefined;

  /** Takes the next word; says whether a secret follows it, or is glued to it after so many characters. */
  take(word: string): FlagMeaning {
    const known = flagsOf.get(word.toLowerCase());
    if (known !== undefined) {
      this.#flags = known;
      return undefined;
    }
    if (this.#flags === undefined || !word.startsWith('-')) return undefined;
    const { alone, glued = [], pair = [], switches } = this.#flags;
    if (alone.includes(word)) return 'value';
    if (pair.includes(word)) return 'pair';
    if (switches !== undefined && !word.startsWith('--')) return inOneWord(word, pair, switches);
    const flag = glued.find((candidate) => word.startsWith(candidate));
    return flag === undefined || word.startsWith('--') ? undefined : { glued: flag.length };
  }

  /** Another command begins. */
  end(): void {
    this.#flags = undefined;
  }
}
