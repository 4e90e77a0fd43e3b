import { describe, expect, it } from '@jest/globals';
import { lacking } from '../../../sandbox/real-node/host.ts';

const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
const aboutPrograms = (reasons: readonly string[]) => reasons.filter((reason) => reason.includes('missing'));

describe('what a real node needs of the machine', () => {
  it('is nothing more where every program and plugin is there', () => {
    const reasons = lacking(
      () => true,
      () => true,
    );
    expect(aboutPrograms(reasons)).toEqual([]);
    expect(reasons).toHaveLength(isRoot ? 0 : 1);
  });

  it('is named with the command that installs it, each package once', () => {
    const reasons = lacking(
      (name) => !['containerd', 'ctr', 'busybox'].includes(name),
      () => false,
    );
    expect(aboutPrograms(reasons)).toEqual([
      'containerd, ctr, busybox, containernetworking-plugins missing: apt-get install --no-install-recommends containerd busybox-static containernetworking-plugins',
    ]);
  });
});
