// Adds the platform packages that a partial registry left out of package-lock.json, so that `npm ci` accepts it on
// every platform. `--check` writes nothing and exits 1 when some are missing. Runs after each `npm install`.
import { readFileSync, writeFileSync } from 'node:fs';

const systems = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const processors = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

/** What a platform package runs on, read from its name: `@swc/core-linux-arm64-musl`. */
export function platformOf(name) {
  const words = name.split(/[-/]/).map((word) => (word === 'universal' ? 'x64' : word));
  const os = systems.filter((system) => words.includes(system));
  const cpu = processors.filter((processor) => words.includes(processor));
  const libc = words.includes('musl') ? ['musl'] : words.includes('gnu') ? ['glibc'] : [];
  return { ...(os.length > 0 ? { os } : {}), ...(cpu.length > 0 ? { cpu } : {}), ...(libc.length > 0 ? { libc } : {}) };
}

/** Does the package at a path find the other one, in its own node_modules or in that of a folder above it? */
function isThere(packages, from, name) {
  const parts = from.split('/node_modules/');
  const folders = parts.map((_, depth) => parts.slice(0, parts.length - depth).join('/node_modules/'));
  return [...folders.map((folder) => `${folder}/node_modules/${name}`), `node_modules/${name}`].some(
    (path) => packages[path] !== undefined,
  );
}

/** Entries that the lockfile's packages name as optional and that it does not hold, keyed by path. */
export function missingEntries(packages) {
  const missing = {};
  for (const [path, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (isThere(packages, path, name) || !/^\d/.test(version)) continue;
      missing[`node_modules/${name}`] = {
        version,
        ...(entry.dev ? { dev: true } : {}),
        optional: true,
        ...platformOf(name),
      };
    }
  }
  return missing;
}

function main() {
  const file = new URL('../package-lock.json', import.meta.url);
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const missing = missingEntries(lock.packages);
  const names = Object.keys(missing);
  if (names.length === 0) return console.log('package-lock.json names every platform package');
  if (process.argv.includes('--check')) {
    console.error(`package-lock.json lacks ${names.length} platform packages; run: node scripts/complete-lockfile.mjs`);
    process.exitCode = 1;
    return;
  }
  const { '': root, ...others } = { ...lock.packages, ...missing };
  const sorted = Object.entries(others).sort(([a], [b]) => a.localeCompare(b, 'en'));
  lock.packages = { '': root, ...Object.fromEntries(sorted) };
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`added ${names.length} platform packages to package-lock.json`);
}

if (process.argv[1]?.endsWith('complete-lockfile.mjs')) main();
