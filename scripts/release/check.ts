import { changelogSection } from './changelog.ts';

/** What a release is checked by. */
export interface ReleaseState {
  /** As it was pushed: `v1.2.3`. */
  tag: string;
  /** Of package.json. */
  version: string;
  changelog: string;
  /** Versions that have recorded histories (folders of test/replay/histories). */
  recorded: readonly string[];
  /** Whether the tagged commit is part of the branch main. */
  isOnMain: boolean;
}

const semanticVersion = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;

/** Everything that forbids this release, each fault as one sentence; none when it may go out. */
export function releaseFaults({ tag, version, changelog, recorded, isOnMain }: ReleaseState): string[] {
  const faults: string[] = [];
  if (!semanticVersion.test(version)) faults.push(`package.json has the version ${version}, which is not semantic.`);
  if (tag !== `v${version}`) faults.push(`The tag is ${tag}, but package.json has the version ${version}.`);
  const section = changelogSection(changelog, version);
  if (section === undefined) faults.push(`CHANGELOG.md has no section "## ${version}".`);
  if (section === '') faults.push(`The section "## ${version}" of CHANGELOG.md is empty.`);
  if ((changelogSection(changelog, 'Unreleased') ?? '') !== '')
    faults.push(`CHANGELOG.md still has entries under "## Unreleased": move them to "## ${version}".`);
  if (!recorded.includes(version) && !isPrerelease(version))
    faults.push(`test/replay/histories has no folder ${version}: run npm run record-histories.`);
  if (!isOnMain) faults.push('The tagged commit is not on the branch main.');
  return faults;
}

/** A version with a hyphen: it is published, but nobody gets it who did not ask for it. */
export function isPrerelease(version: string): boolean {
  return version.includes('-');
}
