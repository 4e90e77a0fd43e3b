import { execFileSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runStep } from '../step.ts';
import { CannotRunHere } from './host.ts';

const suite = 'bookworm';

/** Who types the commands: no more than an ordinary user. */
export const newcomer = { name: 'newcomer', id: 1000, home: '/home/newcomer' } as const;

/** The Debian mirror that this machine uses for the suite; empty where it is no Debian: debootstrap has its own. */
function mirror(): string {
  try {
    const format = '$(REPO_URI)\t$(CODENAME)\t$(COMPONENT)';
    const listed = execFileSync('apt-get', ['indextargets', '--format', format], { encoding: 'utf8' });
    const line = listed.split('\n').find((each) => each.endsWith(`\t${suite}\tmain`));
    return line?.split('\t')[0] ?? '';
  } catch {
    return '';
  }
}

/**
 * A root file system of Debian 12 with nothing in it but what every Debian has, and an ordinary user. It is made once and
 * kept in the cache; nobody writes to it.
 */
export async function rootFs(cache: string): Promise<string> {
  const target = join(cache, `debian-${suite}`);
  if (existsSync(target)) return target;
  const making = `${target}.making`;
  rmSync(making, { recursive: true, force: true });
  const made = await runStep('debootstrap', ['debootstrap', '--variant=minbase', suite, making, mirror()]);
  if (made.code !== 0) throw new CannotRunHere(`debootstrap ended with code ${made.code}`);
  const { id, name } = newcomer;
  execFileSync('chroot', [making, 'useradd', '--create-home', `--uid=${id}`, '--shell=/bin/sh', name]);
  renameSync(making, target);
  return target;
}
