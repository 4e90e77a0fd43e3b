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

/** The path where npm would look a dependency up from a package: the nearest `node_modules` that has it. */
function resolvedPath(packages, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const path = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (packages[path] !== undefined) return path;
    if (folder === '') return undefined;
    if (!folder.includes('/node_modules/')) folder = '/node_modules/';
  }
}

/** Entries that the lockfile's packages name as optional and that it does not hold, keyed by path. */
export function missingEntries(packages) {
  const missing = {};
  for (const [path, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (resolvedPath(packages, path, name) !== undefined || !/^\d/.test(version)) continue;
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

if (
  process.argv[1] !== undefined &&
  import.meta.url.endsWith('/scripts/complete-lockfile.mjs') &&
  process.argv[1].endsWith('complete-lockfile.mjs')
)
  main();
