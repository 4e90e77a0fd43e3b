// `npm run release -- check|notes|package|npm|github [TAG]`: what the release workflow runs, one step each. TAG is by
// default the one that was pushed (GITHUB_REF_NAME), else the one of package.json. docs/releasing.md says when.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../step.ts';
import { changelogSection } from './changelog.ts';
import { releaseFaults } from './check.ts';
import { writePackage } from './npm-package.ts';
import { githubArguments, npmArguments } from './publish.ts';

const folder = join(root, 'dist', 'release');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
const { GITHUB_REF_NAME, GITHUB_SERVER_URL, GITHUB_REPOSITORY } = process.env;

/** Runs a program in a folder and returns what it printed; throws with its error output when it fails. */
function run(program: string, args: readonly string[], cwd = root): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8', maxBuffer: 64e6 });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${args[0]} ended with code ${status}\n${stderr.trim()}`);
  return stdout;
}

function check(tag: string): void {
  const isOnMain = spawnSync('git', ['merge-base', '--is-ancestor', 'HEAD', 'origin/main'], { cwd: root }).status === 0;
  const recorded = readdirSync(join(root, 'test', 'replay', 'histories'));
  const faults = releaseFaults({ tag, version, changelog, recorded, isOnMain });
  if (faults.length > 0) throw new Error([`${tag} cannot be released:`, ...faults].join('\n  '));
  console.log(`${tag} can be released`);
}

function notes(): string {
  const section = changelogSection(changelog, version);
  if (section === undefined || section === '') throw new Error(`CHANGELOG.md says nothing of ${version}`);
  return `${section}\n`;
}

/** The package, its SBOM and the release's notes, all in dist/release. */
function packAll(): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'notes.md'), notes());
  const sbom = run('npm', [
    'sbom',
    '--package-lock-only',
    '--sbom-format=cyclonedx',
    '--sbom-type=application',
    '--omit=dev',
  ]);
  writeFileSync(join(folder, `mendflow-${version}.cdx.json`), sbom);
  const unpacked = mkdtempSync(join(tmpdir(), 'mendflow-package-'));
  try {
    writePackage(unpacked, GITHUB_REPOSITORY === undefined ? undefined : `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}`);
    run('npm', ['pack', '--ignore-scripts', `--pack-destination=${folder}`], unpacked);
  } finally {
    rmSync(unpacked, { recursive: true, force: true });
  }
  console.log(`dist/release holds ${readdirSync(folder).sort().join(', ')}`);
}

const tasks: Readonly<Record<string, (tag: string) => void>> = {
  check,
  notes: () => process.stdout.write(notes()),
  package: packAll,
  npm: () => console.log(run('npm', npmArguments(version, folder))),
  github: (tag) => console.log(run('gh', githubArguments(tag, folder, readdirSync(folder)))),
};

const [name = '', tag = GITHUB_REF_NAME ?? `v${version}`] = process.argv.slice(2);
const task = Object.hasOwn(tasks, name) ? tasks[name] : undefined;
if (task === undefined) {
  console.error(`usage: npm run release -- ${Object.keys(tasks).join('|')} [TAG]`);
  process.exitCode = 2;
} else {
  try {
    task(tag);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
