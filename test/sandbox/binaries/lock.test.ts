import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { withLock } from '../../../sandbox/binaries/lock.ts';

let folder: string;
let lock: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
  lock = join(folder, 'server.lock');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ignore = () => undefined;

describe('the lock of a build', () => {
  it('lets one work at a time', async () => {
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    };
    await Promise.all([withLock(lock, ignore, work), withLock(lock, ignore, work), withLock(lock, ignore, work)]);
    expect(most).toBe(1);
  });

  it('is gone after the work, also when the work fails', async () => {
    await expect(withLock(lock, ignore, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(existsSync(lock)).toBe(false);
  });

  it('is taken over from a process that died', async () => {
    mkdirSync(lock);
    writeFileSync(join(lock, 'pid'), String(spawnSync('true').pid));
    await expect(withLock(lock, ignore, () => Promise.resolve('done'))).resolves.toBe('done');
  });

  it('is taken over when nobody has signed it for long', async () => {
    mkdirSync(lock);
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(lock, longAgo, longAgo);
    await expect(withLock(lock, ignore, () => Promise.resolve('done'))).resolves.toBe('done');
  });

  it('tells who holds it while it waits', async () => {
    const holders: (number | undefined)[] = [];
    let release = ignore as () => void;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const first = withLock(lock, ignore, () => held);
    const second = withLock(
      lock,
      (owner) => {
        holders.push(owner);
        release();
      },
      () => Promise.resolve(),
    );
    await Promise.all([first, second]);
    expect(holders[0]).toBe(process.pid);
  });
});
