import { isLower, isUpper } from './work.ts';

/**
 * How much a key says about its value. `strong`: the value is a secret, whatever it looks like. `weak`: it is one if it
 * looks like one (`key`, `auth`, `sig`).
 */
export type KeyStrength = 'strong' | 'weak' | 'none';

/** Longer words are no keys; the tail of one is looked at. */
const longestKey = 128;

/** Anywhere in the key, written without `-`, `_` and `.`. */
const strongParts = [
  ...['password', 'passwd', 'passphrase', 'passcode', 'pwd', 'secret', 'token', 'apikey', 'accesskey', 'privatekey'],
  ...['credential', 'authorization', 'cookie', 'sessionid', 'sessid', 'connectionstring'],
];

/** A whole part of the key: `db_pass`, `smtp.pw`. */
const strongWords = new Set([
  ...['pass', 'pw', 'creds', 'dsn', 'dbpass', 'userpass', 'rootpass', 'mysqlpass', 'pgpass', 'sshpass', 'smtppass'],
  ...['redispass', 'mongopass', 'ldappass', 'keypass', 'storepass', 'adminpass', 'authpass'],
]);

/** `encryption_key`, `AccountKey`: a key of these is a secret, one of others (`partition_key`) is a name. */
const secretKeyKinds = [
  ...[
    'encryption',
    'decryption',
    'signing',
    'sign',
    'master',
    'auth',
    'account',
    'storage',
    'shared',
    'ssh',
    'session',
  ],
  ...['service', 'license', 'hmac', 'aes', 'app', 'consumer', 'webhook', 'deploy', 'data', 'jwt', 'crypto', 'admin'],
  ...['root', 'host', 'tls', 'ssl', 'server', 'client', 'user', 'function', 'integration', 'instrumentation'],
];

const weakWords = new Set(['auth', 'key', 'sig', 'sid', 'signature', 'assertion', 'jwt', 'pat', 'otp', 'code', 'salt']);

/** `secretName`, `token_path`, `passwordFile`: words about a secret, not the secret. */
const harmlessEndings = new Set([
  ...['name', 'names', 'namespace', 'ref', 'refs', 'path', 'paths', 'file', 'files', 'filename', 'dir', 'mount'],
  ...['count', 'size', 'limit', 'length', 'len', 'min', 'max', 'used', 'total', 'ttl', 'age', 'expiry', 'expires'],
  ...['expiration', 'expired', 'seconds', 'type', 'version', 'algorithm', 'policy', 'enabled', 'required', 'valid'],
  ...['issuer', 'endpoint', 'url', 'uri', 'provider', 'class', 'selector', 'hint', 'reset', 'store', 'rotation'],
]);

const harmlessParts = ['tokeniz', 'imagepullsecret', 'secretary'];

/** Every key that means something holds one of these; most words hold none, and are not looked at further. */
const hint = /pass|pw|secret|token|key|cred|auth|cookie|sess|connection|dsn|sig|sid|assertion|jwt|pat|otp|code|salt/i;

/** What the key before a value says about the value. */
export function keyStrength(word: string): KeyStrength {
  const key = word.length > longestKey ? word.slice(-longestKey) : word;
  if (!hint.test(key)) return 'none';
  const parts = partsOf(key);
  const last = parts.at(-1) ?? '';
  const flat = parts.join('');
  if (harmlessEndings.has(last) || harmlessParts.some((part) => flat.includes(part))) return 'none';
  if (strongParts.some((part) => flat.includes(part)) || parts.some((part) => strongWords.has(part))) return 'strong';
  if (secretKeyKinds.some((kind) => flat.endsWith(`${kind}key`))) return 'strong';
  return weakWords.has(last) ? 'weak' : 'none';
}

/** `dbPassword`, `DB_PASSWORD`, `db.password`: `db`, `password`. */
function partsOf(key: string): string[] {
  const parts: string[] = [];
  let part = '';
  let before = '';
  for (const character of key) {
    const isGap = character === '_' || character === '-' || character === '.';
    if (part !== '' && (isGap || (isUpper(character) && isLower(before)))) {
      parts.push(part);
      part = '';
    }
    if (!isGap) part += character.toLowerCase();
    before = character;
  }
  return part === '' ? parts : [...parts, part];
}
