// First start of the compose stack: makes the tokens that are not there yet, and gives each volume to its user.
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const tokens = process.env.SETUP_TOKENS ?? '/run/mendflow';
const keys = process.env.SETUP_KEYS ?? '/run/mendflow-keys';
const data = process.env.SETUP_DATA ?? '/data';
const mendflow = 1000;
const nobody = 65534;

const token = () => randomBytes(24).toString('base64url');

/** The intake's token is read by the api and by Alertmanager, which run as different users; people's by the api alone. */
const files = [
  { path: join(tokens, 'intake-token'), text: token(), mode: 0o444 },
  { path: join(tokens, 'api-tokens'), text: `local=${token()}`, mode: 0o400 },
  // Api and worker, whose user you choose, share it; no other service mounts its volume.
  { path: join(keys, 'approval-key'), text: token(), mode: 0o444 },
];

for (const { path, text, mode } of files) {
  if (existsSync(path)) continue;
  writeFileSync(path, `${text}\n`, { mode: 0o600 });
  chownSync(path, mendflow, mendflow);
  chmodSync(path, mode);
  console.log(`made ${path}`);
}

for (const [name, user] of [
  ['temporal', mendflow],
  ['prometheus', nobody],
  ['alertmanager', nobody],
]) {
  chownSync(join(data, name), user, user);
}
console.log('your token: docker compose exec api cat /run/mendflow/api-tokens (what follows local=)');
