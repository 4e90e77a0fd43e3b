import { mkdtempSync, readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { version } from '../../telemetry/version.ts';
import { digestsFile, faultsOfRecordings, isReleased, openRecordings } from './recordings.ts';

const recorded = join(import.meta.dirname, 'histories');

describe('the recorded histories', () => {
  it.each(readdirSync(recorded))('of version %s are the files that were recorded', (folder) => {
    expect(faultsOfRecordings(join(recorded, folder))).toEqual([]);
  });

  it('are there for the version of today', () => {
    expect(readdirSync(recorded)).toContain(version);
  });
});

describe('recording histories', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'recordings-'));
    open().write({ 'healed.json': 'first', 'healed-guard.json': 'guard' });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const open = (options: { isReleased?: boolean; again?: string } = {}) =>
    openRecordings({ folder, version: '1.0.0', isReleased: false, ...options });
  const pathOf = (name: string) => join(folder, '1.0.0', name);
  const read = (name: string) => readFileSync(pathOf(name), 'utf8');
  const faults = () => faultsOfRecordings(join(folder, '1.0.0'));

  it('adds new files to an unreleased version and to a released one', () => {
    open().write({ 'climbed.json': 'one' });
    open({ isReleased: true }).write({ 'merged.json': 'two' });
    expect([read('climbed.json'), read('merged.json'), faults()]).toEqual(['one', 'two', []]);
  });

  it('replaces no file of an unreleased version without a reason, and says what to do', () => {
    const write = () => open().write({ 'healed.json': 'second', 'climbed.json': 'one' });
    expect(write).toThrow(/^version 1\.0\.0 has healed\.json already: .*patched\(\).*--again "why"/);
    expect([read('healed.json'), open().has('climbed.json')]).toEqual(['first', false]);
  });

  it('replaces a file of an unreleased version with a reason, and writes the reason beside the digests', () => {
    open({ again: 'the lease goes\nback first' }).write({ 'healed.json': 'second' });
    open({ again: 'once more' }).write({ 'healed.json': 'third' });
    expect([read('healed.json'), faults()]).toEqual(['third', []]);
    expect(read(digestsFile).split('\n').slice(0, 2)).toEqual([
      '# healed.json: the lease goes back first',
      '# healed.json: once more',
    ]);
  });

  it('never replaces a file of a released version', () => {
    const write = () => open({ isReleased: true, again: 'I know better' }).write({ 'healed.json': 'second' });
    expect(write).toThrow(/^version 1\.0\.0 is released, so healed\.json must stay: .*patched\(\).*raise the version/);
    expect(read('healed.json')).toBe('first');
  });

  it('takes a file that was deleted for one that is there', () => {
    unlinkSync(pathOf('healed.json'));
    expect(() => open().write({ 'healed.json': 'second' })).toThrow('version 1.0.0 has healed.json already');
  });

  it('wants a reason that says something', () => {
    expect(() => open({ again: ' ' })).toThrow('--again needs a reason: --again "why"');
  });

  it.each([
    ['changed', () => writeFileSync(pathOf('healed.json'), 'by hand'), 'healed.json is not the file that was recorded'],
    ['deleted', () => unlinkSync(pathOf('healed.json')), 'healed.json is listed in SHA256SUMS and is missing'],
    ['added by hand', () => writeFileSync(pathOf('x.json'), ''), 'x.json has no digest in SHA256SUMS'],
    ['without digests', () => unlinkSync(pathOf(digestsFile)), 'healed.json has no digest in SHA256SUMS'],
  ])('is noticed when a file is %s', (_, change, fault) => {
    expect(faults()).toEqual([]);
    change();
    expect(faults()).toContain(fault);
  });

  it.each([
    ['## 1.0.0', true],
    ['## [1.0.0] - 2027-01-31', true],
    ['## 1.0.0-rc.1', false],
    ['## Unreleased\n\nPart of 1.0.0', false],
    ['## 11.0.0', false],
  ])('knows from %j whether 1.0.0 is released: %s', (changelog, expected) => {
    expect(isReleased(changelog, '1.0.0')).toBe(expected);
  });
});
