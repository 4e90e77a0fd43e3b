import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The owner of a lock; undefined while it is being made or when it is gone. */
function ownerOf(lock: string): number | undefined {
  try {
    return Number(readFileSync(join(lock, 'pid'), 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

function ageMs(lock: string): number {
  try {
    return Date.now() - statSync(lock).mtimeMs;
  } catch {
    return 0;
  }
}

/** A lock of a dead owner, or one that nobody signed within 10 s. */
function isStale(lock: string): boolean {
  const owner = ownerOf(lock);
  return owner === undefined ? ageMs(lock) > 10_000 : !isAlive(owner);
}

function tryTake(lock: string): boolean {
  try {
    mkdirSync(lock);
    writeFileSync(join(lock, 'pid'), String(process.pid));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/** Moves a stale lock away; of several that try, one succeeds. */
function discard(lock: string): void {
  const grave = `${lock}.${process.pid}.stale`;
  try {
    renameSync(lock, grave);
    rmSync(grave, { recursive: true, force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/**
 * Runs the work while no other process of this machine runs it under the same lock folder; the lock of a dead process
 * is taken over. It saves double work only: what is made under it must be put in place atomically all the same.
 */
export async function withLock<T>(lock: string, onWait: (owner?: number) => void, work: () => Promise<T>): Promise<T> {
  while (!tryTake(lock)) {
    if (isStale(lock)) {
      discard(lock);
      continue;
    }
    onWait(ownerOf(lock));
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}
