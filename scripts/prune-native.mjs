// Keeps the one native build of Temporal's core that this platform uses; five ship, about 30 MB each.
import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const names = { x64: 'x86_64', arm64: 'aarch64' };
const wanted = `${names[process.arch]}-unknown-linux-gnu`;
const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'node_modules/@temporalio/core-bridge/releases');
const builds = readdirSync(folder);

if (process.platform !== 'linux' || !builds.includes(wanted)) {
  console.error(`there is no native build for ${process.platform} ${process.arch}; there are ${builds.join(', ')}`);
  process.exitCode = 1;
} else {
  for (const build of builds.filter((name) => name !== wanted)) rmSync(join(folder, build), { recursive: true });
  console.log(`kept ${wanted} of ${builds.length} native builds`);
}
